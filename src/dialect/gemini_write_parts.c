/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_write_parts.c - a conversation as contents and systemInstruction.
 *
 * Runs in: worker.
 *
 * Google wants turns of user and model that alternate, a user's first, and the
 * responses of functions together at the head of the turn after their calls.  So
 * neighbours of one side share a turn, an empty message opens none, and what a
 * result holds besides text follows the results where the model cannot read it
 * inside them.
 */
#include <string.h>

#include "dialect/gemini_inside.h"

struct contents {
	struct json_out *out;
	struct arena	*arena;
	const struct gemini_model *model;
	struct report	*report;
	struct complaint *why;
	const char	*role;		/* of the open turn; NULL = none is open */
	uint32_t	 message;	/* its number, for complaints */
	struct str	 signature;	/* that belongs to the next part */
	bool		 called;	/* the open turn has a call: its first alone is signed */
	const struct message *current;	/* what the user said last: calls after it are checked */
	bool		 checked;	/* we are behind it */
};

static void
open_turn(struct contents *c, const char *role)
{
	if (c->role != NULL && strcmp(c->role, role) == 0)
		return;
	if (c->role != NULL) {
		json_array_end(c->out);
		json_object_end(c->out);
	} else if (strcmp(role, "model") == 0) {
		open_turn(c, "user");
		json_object(c->out, NULL);
		json_cstr(c->out, "text", " ");	/* nobody spoke before: the least that is a turn */
		json_object_end(c->out);
		open_turn(c, role);
		return;
	}
	c->role = role;
	c->called = false;
	json_object(c->out, NULL);
	json_cstr(c->out, "role", role);
	json_array(c->out, "parts");
}

static void
close_turn(struct contents *c)
{
	if (c->role == NULL)
		return;
	json_array_end(c->out);
	json_object_end(c->out);
	c->role = NULL;
}

/* Opens a part, with the signature that waits for one. */
static void
begin_part(struct contents *c, const char *role)
{
	open_turn(c, role);
	json_object(c->out, NULL);
}

static void
end_part(struct contents *c)
{
	if (c->signature.n > 0)
		json_str(c->out, "thoughtSignature", c->signature);
	c->signature = STR_NONE;
	json_object_end(c->out);
}

static void
write_text(struct contents *c, const char *role, struct str text)
{
	if (text.n == 0 && c->signature.n == 0)
		return;
	begin_part(c, role);
	json_str(c->out, "text", text);
	end_part(c);
}

/* --------------------------------------------------------------------- media */

static int
inexpressible(struct contents *c, uint32_t k, const char *what)
{
	struct str at = arena_printf(c->arena, "messages[%u].content[%u]", c->message, k);

	return complain(c->why, FAULT_INEXPRESSIBLE, at,
	    arena_printf(c->arena, "'" STR_FMT "' is %s, which Gemini has no way to take", STR_ARG(at), what));
}

/* Office documents, archives and the like are refused. */
static bool
is_taken(struct str mime)
{
	static const char *const taken[] = { "application/pdf", "application/json", "application/xml", "application/rtf",
		"application/javascript", "application/x-javascript", "application/x-typescript", "application/typescript",
		"application/x-python-code", "application/x-python", "application/x-ipynb+json", "application/yaml",
		"application/x-yaml" };

	if (!str_starts_nocase(mime, STR("application/")))
		return true;
	mime = str_upto(mime, str_find_byte(mime, ';'));
	for (size_t i = 0; i < LENGTH(taken); i++)
		if (str_eq_nocase(mime, str_of(taken[i])))
			return true;
	return false;
}

static struct str
file_uri(struct contents *c, const struct media *m)
{
	if (m->url.n > 0)
		return m->url;
	if (str_starts(m->file_id, STR("https://")) || str_starts(m->file_id, STR("gs://")))
		return m->file_id;
	if (str_starts(m->file_id, STR("files/")))
		return arena_printf(c->arena, "https://generativelanguage.googleapis.com/v1beta/" STR_FMT, STR_ARG(m->file_id));
	return STR_NONE;
}

static void
write_blob(struct json_out *o, struct str mime, struct str data)
{
	json_object(o, "inlineData");
	json_str(o, "mimeType", mime);
	json_str(o, "data", data);
	json_object_end(o);
}

/* Why a file cannot be sent; NULL when it can. */
static const char *
unfit(struct contents *c, const struct part *p)
{
	if (p->media.data.n > 0)
		return is_taken(gemini_media_mime(p)) ? NULL : "a file of a kind";
	return file_uri(c, &p->media).n > 0 ? NULL : "a file of another provider";
}

static int
write_media(struct contents *c, const char *role, const struct part *p, uint32_t k)
{
	struct str uri = file_uri(c, &p->media);

	if (unfit(c, p) != NULL)
		return inexpressible(c, k, unfit(c, p));
	if (p->media.detail.n > 0 && !str_is(p->media.detail, "auto"))
		report_drop(c->report, "detail");
	begin_part(c, role);
	if (p->media.data.n > 0) {
		write_blob(c->out, gemini_media_mime(p), p->media.data);
	} else {
		json_object(c->out, "fileData");
		if (p->media.mime.n > 0 || gemini_mime_of(uri) != NULL)
			json_str(c->out, "mimeType", p->media.mime.n > 0 ? gemini_media_mime(p) : str_of(gemini_mime_of(uri)));
		json_str(c->out, "fileUri", uri);
		json_object_end(c->out);
	}
	end_part(c);
	return 0;
}

/* --------------------------------------------------------- calls and results */

static void
write_call(struct contents *c, const struct part *p)
{
	begin_part(c, "model");
	json_object(c->out, "functionCall");
	if (p->id.n > 0)
		json_str(c->out, "id", p->id);
	json_str(c->out, "name", gemini_fit_name(c->arena, p->name));
	json_raw(c->out, "args", part_input_object(c->arena, p));
	json_object_end(c->out);
	if (c->signature.n == 0 && c->model->third && c->checked && !c->called)
		c->signature = STR(GEMINI_UNSIGNED);
	c->called = true;
	end_part(c);
}

/* Media that a functionResponse holds: of the newest models, and given in bytes. */
static bool
is_inside(const struct contents *c, const struct part *p)
{
	return c->model->third && p->media.data.n > 0 && (p->kind == PART_IMAGE || p->kind == PART_FILE);
}

static void
write_response(struct contents *c, const struct part *p)
{
	struct str text = parts_text(c->arena, p->content);

	if (!p->failed && raw_is_object(text)) {
		json_raw(c->out, "response", text);
		return;
	}
	json_object(c->out, "response");
	json_str(c->out, p->failed ? "error" : "result", text);
	json_object_end(c->out);
}

static int
write_result_files(struct contents *c, const struct part *result, uint32_t k)
{
	bool any = false;

	for (const struct part *p = result->content; p != NULL; p = p->next) {
		if (p->kind == PART_TEXT || !is_inside(c, p))
			continue;
		if (unfit(c, p) != NULL)
			return inexpressible(c, k, unfit(c, p));
		if (!any)
			json_array(c->out, "parts");
		any = true;
		json_object(c->out, NULL);
		write_blob(c->out, gemini_media_mime(p), p->media.data);
		json_object_end(c->out);
	}
	if (any)
		json_array_end(c->out);
	return 0;
}

static int
write_result(struct contents *c, const struct part *p, uint32_t k)
{
	if (p->cache.n > 0)
		report_drop(c->report, "cache_control");
	begin_part(c, "user");
	json_object(c->out, "functionResponse");
	if (p->id.n > 0)
		json_str(c->out, "id", p->id);
	json_str(c->out, "name", gemini_fit_name(c->arena, p->name));
	write_response(c, p);
	if (write_result_files(c, p, k) < 0)
		return -1;
	json_object_end(c->out);
	end_part(c);
	return 0;
}

static bool
is_media(const struct part *p)
{
	return p->kind == PART_IMAGE || p->kind == PART_AUDIO || p->kind == PART_VIDEO || p->kind == PART_FILE;
}

/* The results of what one side said, then what they hold that goes beside them. */
static int
write_results(struct contents *c, const struct message *first, const struct message *end)
{
	uint32_t number = c->message;

	for (const struct message *m = first; m != end; m = m->next, c->message++) {
		uint32_t k = 0;

		for (const struct part *p = m->parts; p != NULL; p = p->next, k++)
			if (p->kind == PART_RESULT && write_result(c, p, k) < 0)
				return -1;
	}
	c->message = number;
	for (const struct message *m = first; m != end; m = m->next, c->message++) {
		uint32_t k = 0;

		for (const struct part *p = m->parts; p != NULL; p = p->next, k++)
			for (const struct part *f = p->kind == PART_RESULT ? p->content : NULL; f != NULL; f = f->next)
				if (is_media(f) && !is_inside(c, f) && write_media(c, "user", f, k) < 0)
					return -1;
	}
	c->message = number;
	return 0;
}

/* --------------------------------------------------------------------- turns */

/*
 * A thought without proof is given as it was shown.  A foreign proof means nothing
 * to Google, and its thought is left out with it.
 */
static void
write_reasoning(struct contents *c, const struct part *p)
{
	bool proven = p->signature.n > 0 || p->sealed.n > 0;

	if ((proven && p->origin != DIALECT_GEMINI) || !c->model->thinks) {
		report_drop(c->report, "reasoning");
		return;
	}
	if (c->signature.n > 0)		/* nothing came that the last one could stand on */
		write_text(c, "model", STR(""));
	if (p->text.n == 0) {
		c->signature = p->signature;
		return;
	}
	begin_part(c, "model");
	json_str(c->out, "text", p->text);
	json_bool(c->out, "thought", true);
	c->signature = p->signature;
	end_part(c);
}

static int
write_part(struct contents *c, const char *role, const struct part *p, uint32_t k)
{
	if (p->cache.n > 0)
		report_drop(c->report, "cache_control");
	switch (p->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		write_text(c, role, p->text);
		break;
	case PART_IMAGE:
	case PART_AUDIO:
	case PART_VIDEO:
	case PART_FILE:
		if (p->kind == PART_AUDIO && p->media.data.n == 0 && p->media.url.n == 0 && p->text.n > 0)
			write_text(c, role, p->text);	/* what an assistant said, of which the transcript is left */
		else
			return write_media(c, role, p, k);
		break;
	case PART_CALL:
		write_call(c, p);
		break;
	case PART_REASONING:
		write_reasoning(c, p);
		break;
	case PART_NATIVE:
		if (p->origin == DIALECT_GEMINI) {
			open_turn(c, role);
			json_raw(c->out, NULL, p->raw);
		} else {
			report_native(c->report, p);
		}
		break;
	case PART_RESULT:	/* write_results() */
		break;
	}
	return 0;
}

static int
write_message(struct contents *c, const struct message *m)
{
	const char *role = m->role == ROLE_ASSISTANT ? "model" : "user";
	uint32_t    k = 0;

	if (m->name.n > 0)
		report_drop(c->report, "messages.name");
	for (const struct part *p = m->parts; p != NULL; p = p->next)
		if (write_part(c, role, p, k++) < 0)
			return -1;
	if (c->signature.n > 0)		/* the last of a turn: as Google sends it, on an empty text */
		write_text(c, role, STR(""));
	return 0;
}

static bool
is_system(const struct message *m)
{
	return m->role == ROLE_SYSTEM || m->role == ROLE_DEVELOPER;
}

/* Messages up to the next of the assistant: a turn of the user, results first. */
static int
write_user(struct contents *c, const struct message *first, const struct message *end, bool system)
{
	if (write_results(c, first, end) < 0)
		return -1;
	for (const struct message *m = first; m != end; m = m->next, c->message++)
		if ((!is_system(m) || system) && write_message(c, m) < 0)
			return -1;
	return 0;
}

static int
write_messages(struct contents *c, const struct message *first, bool system)
{
	for (const struct message *m = first, *end; m != NULL; m = end) {
		for (end = m; end != NULL && end->role != ROLE_ASSISTANT; end = end->next)
			c->checked |= end == c->current;
		if (write_user(c, m, end, system) < 0)
			return -1;
		if (end == NULL)
			break;
		if (write_message(c, end) < 0)
			return -1;
		end = end->next;
		c->message++;
	}
	if (c->role == NULL) {		/* nobody said anything: that is a turn as well */
		begin_part(c, "user");
		json_cstr(c->out, "text", " ");
		end_part(c);
	}
	close_turn(c);
	return 0;
}

/* Texts of all system messages; false when there are none. */
static bool
write_system(struct json_out *o, const struct chat *chat, struct report *report)
{
	bool any = false;

	for (const struct message *m = chat->messages; m != NULL; m = m->next)
		for (const struct part *p = is_system(m) ? m->parts : NULL; p != NULL; p = p->next) {
			if (p->cache.n > 0)
				report_drop(report, "cache_control");
			if (p->kind != PART_TEXT || p->text.n == 0)
				continue;
			if (!any) {
				json_object(o, "systemInstruction");
				json_array(o, "parts");
			}
			any = true;
			json_object(o, NULL);
			json_str(o, "text", p->text);
			json_object_end(o);
		}
	if (any) {
		json_array_end(o);
		json_object_end(o);
	}
	return any;
}

/*
 * The last message in which a user says something: there the turn begins whose
 * calls are checked.  What is said behind results shares their turn and may not
 * count as a beginning.
 */
static const struct message *
current_turn(const struct chat *chat)
{
	const struct message *last = NULL, *before = NULL;

	for (const struct message *m = chat->messages; m != NULL; before = m, m = m->next)
		if (m->role == ROLE_USER && (before == NULL || before->role != ROLE_TOOL))
			last = m;
	return last;
}

int
gemini_write_contents(struct arena *a, struct json_out *o, const struct chat *chat, const struct gemini_model *model,
    struct report *report, struct complaint *why)
{
	struct contents c = { .out = o, .arena = a, .model = model, .report = report, .why = why };
	bool	       apart = false;

	c.current = current_turn(chat);
	c.checked = c.current == NULL;
	for (const struct message *m = chat->messages; m != NULL; m = m->next)
		apart |= !is_system(m) && m->parts != NULL;
	apart &= !model->gemma;		/* those take no instruction: it leads the first turn */
	if (apart)
		write_system(o, chat, report);
	json_array(o, "contents");
	if (write_messages(&c, chat->messages, !apart) < 0)
		return -1;
	json_array_end(o);
	return 0;
}
