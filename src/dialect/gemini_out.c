/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_out.c - the parts of a reply, in the form of Google.
 *
 * Runs in: worker.
 *
 * Google's signatures stand on the part that they belong to: the thought, or
 * what follows it.  Another vendor's goes as a carrier on the part that follows,
 * and on an empty thought when nothing does.  So a signature waits for the next
 * part; a second one does not displace it.  A thought that nobody proved is
 * carried by a call alone: clients drop the thoughts that they are shown, and
 * some vendors want them back with the results of a call.
 */
#include "base/base64.h"
#include "dialect/carry.h"
#include "dialect/fit.h"
#include "dialect/gemini_inside.h"

static void
begin(struct gemini_out *g)
{
	json_object(g->out, NULL);
	g->n++;
}

static void
end(struct gemini_out *g, bool takes)
{
	if (takes && g->signature.n > 0) {
		json_str(g->out, "thoughtSignature", g->signature);
		g->signature = STR_NONE;
		g->for_call = false;
	}
	json_object_end(g->out);
}

void
gemini_put_text(struct gemini_out *g, struct str text, bool thought)
{
	begin(g);
	json_str(g->out, "text", text);
	if (thought)
		json_bool(g->out, "thought", true);
	end(g, !thought && !g->for_call);	/* a thought's text is not what it waits for */
}

/* Nothing came that the signature could stand on. */
void
gemini_put_end(struct gemini_out *g)
{
	if (g->for_call)
		g->signature = STR_NONE;
	g->for_call = false;
	if (g->signature.n == 0)
		return;
	begin(g);
	json_cstr(g->out, "text", "");
	if (!g->bare)
		json_bool(g->out, "thought", true);
	end(g, true);
}

/* What proves a thought whose text was put already, or that has none. */
void
gemini_put_proof(struct gemini_out *g, const struct part *p)
{
	bool native = p->origin == DIALECT_GEMINI, proved = p->signature.n > 0 || p->sealed.n > 0;

	if (!proved && (native || p->text.n == 0 || (g->signature.n > 0 && !g->for_call)))
		return;
	gemini_put_end(g);
	g->for_call = !proved;
	g->bare = native && p->text.n == 0;
	g->signature = native ? p->signature : base64_encode(g->arena, carry_wrap(g->arena, p));
	if (native && p->text.n > 0)
		gemini_put_end(g);	/* its own, not that of what follows */
}

static void
put_media(struct gemini_out *g, const struct part *p)
{
	const struct media *m = &p->media;

	if (m->data.n == 0 && m->url.n == 0)
		return;
	begin(g);
	json_object(g->out, m->data.n > 0 ? "inlineData" : "fileData");
	json_str(g->out, "mimeType", gemini_media_mime(p));
	json_str(g->out, m->data.n > 0 ? "data" : "fileUri", m->data.n > 0 ? m->data : m->url);
	json_object_end(g->out);
	end(g, !g->for_call);
}

static void
put_call(struct gemini_out *g, const struct part *p)
{
	begin(g);
	json_object(g->out, "functionCall");
	if (p->id.n > 0)
		json_str(g->out, "id", p->id);
	json_str(g->out, "name", fit_back(g->chat, p->name));
	json_raw(g->out, "args", part_input_object(g->arena, p));
	json_object_end(g->out);
	end(g, true);
}

void
gemini_put_part(struct gemini_out *g, const struct part *p)
{
	switch (p->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		if (p->text.n > 0)
			gemini_put_text(g, p->text, false);
		break;
	case PART_REASONING:
		if (p->text.n > 0)
			gemini_put_text(g, p->text, true);
		gemini_put_proof(g, p);
		break;
	case PART_CALL:
		put_call(g, p);
		break;
	case PART_AUDIO:
		put_media(g, p);
		if (p->text.n > 0)
			gemini_put_text(g, p->text, false);
		break;
	case PART_IMAGE:
	case PART_VIDEO:
	case PART_FILE:
		put_media(g, p);
		break;
	case PART_NATIVE:
		if (p->origin == DIALECT_GEMINI) {
			json_raw(g->out, NULL, p->raw);
			g->n++;
		}
		break;
	case PART_RESULT:
		break;
	}
}
