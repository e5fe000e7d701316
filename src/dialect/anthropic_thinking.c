/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_thinking.c - how the model shall think, how much it may say, and what that rules out.
 *
 * Runs in: worker.
 *
 * Manual thinking counts within max_tokens and wants the thinking in front of
 * calls that are being answered; any thinking refuses a temperature other than
 * 1, top_k and a top_p below 0.95.
 */
#include "dialect/anthropic_write.h"

#include <stdlib.h>

#define DEFAULT_OUTPUT 4096u
#define BUDGET_LEAST 1024u

static bool
is_thinking(const struct writing *w)
{
	return w->mind.kind == MIND_MANUAL || w->mind.kind == MIND_ADAPTIVE;
}

static uint64_t
most_output(const struct writing *w)
{
	return w->target->max_output > 0 ? w->target->max_output : w->model->most;
}

static void
choose_limit(struct writing *w)
{
	uint64_t most = most_output(w), asked = w->chat->max_output;

	w->mind.max_tokens = asked > 0 ? asked : w->target->max_output > 0 ? w->target->max_output : DEFAULT_OUTPUT;
	if (most == 0 || w->mind.max_tokens <= most)
		return;
	w->mind.max_tokens = most;
	if (asked > 0)
		report_drop(w->report, "max_tokens");
}

/* Room for the thoughts besides the answer, when the client set no limit. */
static void
make_room(struct writing *w, uint64_t thoughts)
{
	uint64_t most = most_output(w);

	if (w->chat->max_output > 0 || w->target->max_output > 0)
		return;
	w->mind.max_tokens = (thoughts < UINT32_MAX ? thoughts : UINT32_MAX) + DEFAULT_OUTPUT;
	if (most > 0 && w->mind.max_tokens > most)
		w->mind.max_tokens = most;
}

static const char *
effort_for(struct writing *w)
{
	struct str effort = w->chat->reasoning.effort;
	uint64_t   budget = w->chat->reasoning.budget;

	if (effort.n == 0 && budget > 0)
		return budget_effort(budget);
	if (str_is(effort, "minimal") || str_is(effort, "low"))
		return "low";
	if (str_is(effort, "medium"))
		return "medium";
	if (str_is(effort, "high"))
		return "high";
	if (str_is(effort, "xhigh"))
		return anthropic_able(w, ABLE_XHIGH) ? "xhigh" : "max";
	if (str_is(effort, "max"))
		return "max";
	if (effort.n > 0)
		report_drop(w->report, "reasoning_effort");
	return NULL;
}

static void
think_adaptively(struct writing *w)
{
	uint64_t budget = w->chat->reasoning.budget;

	w->mind.kind = MIND_ADAPTIVE;
	if (anthropic_able(w, ABLE_EFFORT))
		w->mind.effort = effort_for(w);
	if (budget == 0)
		budget = effort_budget(w->chat->reasoning.effort);
	make_room(w, budget > 0 ? budget : effort_budget(STR("medium")));
}

static void
think_manually(struct writing *w)
{
	uint64_t asked = w->chat->reasoning.budget, budget;

	if (asked == 0)
		asked = effort_budget(w->chat->reasoning.effort);
	budget = asked > 0 ? asked : effort_budget(STR("medium"));
	if (budget < BUDGET_LEAST)
		budget = BUDGET_LEAST;
	make_room(w, budget);
	if (w->mind.max_tokens <= BUDGET_LEAST) {
		report_drop(w->report, "reasoning");
		return;
	}
	if (budget >= w->mind.max_tokens) {	/* a fifth is left for the answer */
		budget = w->mind.max_tokens - w->mind.max_tokens / 5;
		if (budget < BUDGET_LEAST)
			budget = BUDGET_LEAST;
	}
	if (budget < asked || (budget != asked && w->chat->reasoning.budget > 0))
		report_drop(w->report, "reasoning");
	w->mind.kind = MIND_MANUAL;
	w->mind.budget = budget;
}

static void
think_not(struct writing *w)
{
	if (anthropic_able(w, ABLE_OFF)) {
		w->mind.kind = MIND_OFF;
	} else if (anthropic_able(w, ABLE_ADAPTIVE)) {	/* it always thinks: as little as it can */
		w->mind.effort = "low";
		report_drop(w->report, "reasoning");
	}
}

void
anthropic_choose_mind(struct writing *w)
{
	const struct chat *c = w->chat;
	bool		   off = c->reasoning.on == SAID_NO || str_is(c->reasoning.effort, "none");
	bool		   wanted = c->reasoning.on == SAID_YES || c->reasoning.effort.n > 0 || c->reasoning.budget > 0 || c->reasoning.dynamic;

	choose_limit(w);
	if (off)
		think_not(w);
	else if (wanted && c->origin == DIALECT_ANTHROPIC && c->reasoning.on == SAID_NOTHING && anthropic_able(w, ABLE_EFFORT))
		w->mind.effort = effort_for(w);
	else if (wanted && anthropic_able(w, ABLE_ADAPTIVE))
		think_adaptively(w);
	else if (wanted && (!anthropic_able(w, ABLE_MANUAL) || anthropic_turns_are_bare(w)))
		report_drop(w->report, "reasoning");
	else if (wanted)
		think_manually(w);
	/* A Claude of that age thinks when it is told to only; compatible servers want all thoughts back. */
	if (w->model->prefix[0] != '\0' && (w->mind.kind == MIND_OFF || (w->mind.kind == MIND_UNSAID && anthropic_able(w, ABLE_MANUAL))))
		anthropic_hide_thoughts(w);
	if (is_thinking(w) && c->reasoning.shown == SAID_NO)
		w->mind.display = "omitted";
	else if (w->mind.kind == MIND_ADAPTIVE && (c->reasoning.shown == SAID_YES || c->reasoning.summary.n > 0))
		w->mind.display = "summarized";
}

void
anthropic_write_mind(struct writing *w)
{
	static const char *const types[] = { NULL, "disabled", "enabled", "adaptive" };

	if (w->mind.kind == MIND_UNSAID)
		return;
	json_object(&w->out, "thinking");
	json_cstr(&w->out, "type", types[w->mind.kind]);
	if (w->mind.kind == MIND_MANUAL)
		json_unum(&w->out, "budget_tokens", w->mind.budget);
	if (w->mind.display != NULL)
		json_cstr(&w->out, "display", w->mind.display);
	json_object_end(&w->out);
}

/*
 * Sampling.
 */
static bool
number(struct writing *w, enum chat_field f, double *value)
{
	struct str raw = w->chat->field[f];
	char	  *text, *end;

	if (raw.n == 0)
		return false;
	text = arena_cstr(w->arena, raw);
	*value = strtod(text, &end);
	if (end > text && *end == '\0')
		return true;
	report_drop(w->report, "%s", chat_field_names[f]);
	return false;
}

static bool
write_temperature(struct writing *w)
{
	double t;

	if (!number(w, FIELD_TEMPERATURE, &t))
		return false;
	if (!anthropic_able(w, ABLE_SAMPLE) || is_thinking(w) || t < 0) {
		if (t < 1 || t > 1)
			report_drop(w->report, "temperature");
		return false;
	}
	if (t > 1)
		report_drop(w->report, "temperature");
	else if (t >= 1 && w->chat->field[FIELD_TOP_P].n > 0)	/* it is the default, and both are one too many */
		return false;
	json_raw(&w->out, "temperature", t > 1 ? STR("1") : w->chat->field[FIELD_TEMPERATURE]);
	return true;
}

static void
write_top_p(struct writing *w, bool tempered)
{
	double p, least = !anthropic_able(w, ABLE_SAMPLE) ? 0.99 : is_thinking(w) ? 0.95 : 0;

	if (!number(w, FIELD_TOP_P, &p))
		return;
	if (p < least || p > 1 || (tempered && p < 1 && !anthropic_able(w, ABLE_BOTH)))
		report_drop(w->report, "top_p");
	else if (anthropic_able(w, ABLE_SAMPLE) && !(tempered && !anthropic_able(w, ABLE_BOTH)))
		json_raw(&w->out, "top_p", w->chat->field[FIELD_TOP_P]);
}

static void
write_top_k(struct writing *w)
{
	double k;

	if (!number(w, FIELD_TOP_K, &k))
		return;
	if (k <= 0)	/* elsewhere that means all of them */
		return;
	if (!anthropic_able(w, ABLE_SAMPLE) || is_thinking(w) || k > 1000000)
		report_drop(w->report, "top_k");
	else
		json_unum(&w->out, "top_k", (uint64_t)k);
}

void
anthropic_write_sampling(struct writing *w)
{
	bool tempered = write_temperature(w);

	write_top_p(w, tempered);
	write_top_k(w);
}
