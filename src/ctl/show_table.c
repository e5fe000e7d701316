/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show_table.c - shows the program's own tables.
 *
 * Runs in: weirctl.
 */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json.h"
#include "conf/paths.h"
#include "ctl/open.h"
#include "ctl/print.h"
#include "ctl/show.h"
#include "provider/provider.h"

/* Its own dialect first. */
static void
write_tongues(struct json_out *out, const struct preset *p)
{
	struct tongues t = provider_tongues(p, &(struct str_list){ .n = 0 });

	json_array(out, "dialects");
	json_cstr(out, NULL, dialects[t.own].name);
	for (unsigned d = 0; d < DIALECTS; d++)
		if (d != t.own && (t.all >> d & 1) != 0)
			json_cstr(out, NULL, dialects[d].name);
	json_array_end(out);
}

int
show_kinds(struct ctl *c)
{
	static const char *const columns[] = { "kind", "title", "class", "dialects", "base_url", NULL };
	struct json_out		 out;
	struct buf		 json = { 0 };

	json_start(&out, &json, true);
	json_array(&out, NULL);
	for (size_t i = 0; i < presets_count; i++) {
		json_object(&out, NULL);
		json_cstr(&out, "kind", presets[i].kind);
		json_cstr(&out, "title", presets[i].title);
		json_cstr(&out, "class", presets[i].class);
		write_tongues(&out, &presets[i]);
		json_cstr(&out, "base_url", presets[i].base_url);
		json_bool(&out, "keyless", (presets[i].quirks & QUIRK_KEYLESS) != 0);
		json_object_end(&out);
	}
	json_array_end(&out);
	print_rows(c, &json, columns);
	return 0;
}

int
show_config(struct ctl *c)
{
	static const char *const columns[] = { "setting", "value", "changed", NULL };
	struct json_out		 out;
	struct conf		 plain;
	struct buf		 json = { 0 };
	int			 rc = open_conf(c);

	if (rc != 0)
		return rc;
	conf_init(&plain);
	paths_resolve(&plain);
	json_start(&out, &json, true);
	json_array(&out, NULL);
	for (size_t i = 0; i < settings_count; i++) {
		struct str value = conf_value(&c->conf, &c->arena, &settings[i]);
		bool	   same = str_eq(value, conf_value(&plain, &c->arena, &settings[i]));

		json_object(&out, NULL);
		json_cstr(&out, "setting", settings[i].path);
		json_str(&out, "value", value);
		if (c->json)
			json_bool(&out, "default", same);
		else
			json_cstr(&out, "changed", same ? " " : "*");
		json_object_end(&out);
	}
	json_array_end(&out);
	conf_done(&plain);
	print_rows(c, &json, columns);
	return 0;
}

int
show_settings(struct ctl *c)
{
	static const char *const columns[] = { "path", "type", "bounds", "default", "applied", "help", NULL };
	struct json_out		 out;
	struct buf		 json = { 0 };

	json_start(&out, &json, true);
	json_array(&out, NULL);
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings[i];

		json_object(&out, NULL);
		json_cstr(&out, "path", s->path);
		json_cstr(&out, "type", setting_type_names[s->type]);
		json_str(&out, "bounds", conf_bounds(&c->arena, s));
		json_cstr(&out, "default", s->preset);
		json_cstr(&out, "applied", s->reloadable ? "reload" : "restart");
		json_cstr(&out, "help", s->help);
		json_object_end(&out);
	}
	json_array_end(&out);
	print_rows(c, &json, columns);
	return 0;
}

static struct str
lower(struct arena *a, const char *name)
{
	char *p = arena_cstr(a, str_of(name));

	for (char *q = p; *q != '\0'; q++)
		*q = (char)tolower((unsigned char)*q);
	return str_of(p);
}

int
show_faults(struct ctl *c)
{
	static const char *const blames[] = { "nobody", "breaker", "cool-down", "key" };
	static const char *const columns[] = { "fault", "status", "type", "code", "retried", "blames", "text", NULL };
	struct json_out		 out;
	struct buf		 json = { 0 };

	json_start(&out, &json, true);
	json_array(&out, NULL);
	for (int i = FAULT_NONE + 1; i < FAULTS; i++) {
		const struct fault_info *f = fault_info((enum fault)i);

		json_object(&out, NULL);
		json_str(&out, "fault", lower(&c->arena, f->name));
		json_num(&out, "status", f->status);
		json_cstr(&out, "type", f->type);
		json_cstr(&out, "code", f->code);
		json_bool(&out, "retried", f->retry == RETRY_NEXT);
		json_cstr(&out, "blames", blames[f->blame]);
		json_cstr(&out, "text", f->text);
		json_object_end(&out);
	}
	json_array_end(&out);
	print_rows(c, &json, columns);
	return 0;
}
