/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONF_CONF_H
#define WEIR_CONF_CONF_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fields.h"
#include "base/log.h"

/*
 * How the daemon runs.  What it serves (providers, channels, keys, prices) may
 * be declared in the same files; those declarations become conf_record rows
 * that -P prepare imports into the store.  settings.def is the one table.
 *
 * Each member is written by its row in settings.def: SETTING(path, member, type, unit and bounds, default,
 * reloadable, sentence).
 */
struct conf {
	/* processes */
	uint64_t	workers;		/* 0 = one per CPU */
	struct str	user, group;		/* for the children; empty = stay */
	struct str	data_dir, run_dir;
	struct str	master_key;		/* file; default data_dir/master.key */
	struct str	pid_file;
	uint64_t	grace_ms;		/* drain: open requests get this long */
	uint64_t	memory_bytes;		/* per worker: sheds above; 0 = no ceiling */
	/* listeners */
	struct str_list	listen;			/* "127.0.0.1:7600" "[::1]:7600" */
	struct str	admin_listen;		/* "127.0.0.1:7601", "unix:/path" or empty */
	struct str	sim_listen;		/* the embedded simulator; empty = off */
	struct str	sim_script;
	/* logs */
	struct str	log_file;
	enum log_level	log_level;
	struct str	access_dir;		/* "" = off, "default" = data_dir/access */
	uint64_t	access_days;
	uint64_t	ledger_days;
	/* clients */
	uint64_t	head_bytes, body_bytes, upload_bytes;
	uint64_t	responses_bytes, responses_age_ms;
	uint64_t	head_ms, body_ms, idle_ms;
	uint64_t	connections;		/* per worker */
	uint64_t	json_depth;
	uint64_t	stream_keepalive_ms, stream_buffer, stream_stall_ms;
	bool		auth;			/* false only on loopback listeners */
	struct str	key_prefix;
	/* upstreams */
	uint64_t	connect_ms, first_byte_ms, upstream_idle_ms, total_ms;
	uint64_t	reply_bytes, stream_bytes, event_bytes;
	uint64_t	attempts;		/* candidates tried at most */
	struct str	ca_file;
	struct str	user_agent;		/* when the caller sent none */
	/* breakers */
	uint64_t	breaker_faults, breaker_open_ms;
	/* limits and money */
	struct str_list	limits;			/* global */
	struct str	unpriced;		/* allow deny ceiling */
	int64_t		ceiling;		/* nano-dollars per million tokens for "ceiling" */
	uint64_t	default_output;		/* tokens reserved when a request names no maximum */
	/* scheduler */
	uint64_t	health_ms, health_timeout_ms, health_degraded_ms;
	uint64_t	discovery_ms;

	struct str	file;			/* where it was read from: for problems that concern no line */
	struct arena	arena;			/* owns every string */
	struct conf_record *records;		/* declared entities, in file order; linked */
};

/*
 * "provider", "channel", "upkey", "apikey", "model", "price" with its name=value pairs; checked by whoever imports it.
 * A channel's keys become upkey records behind all channels of the list: name ("channel/label"), channel, secret
 * ("file:/path", "env:NAME" or the key itself), enabled.
 */
struct conf_record {
	struct conf_record *next;
	struct str	    noun;
	struct str	    file;
	int		    line;
	struct str_list	    names, values;	/* same length; lists are joined as fields_set() reads them */
	int		   *lines;		/* of each pair */
};

struct conf_problem {
	struct str file;
	int	   line;	/* 0 = the file as a whole */
	struct str message;	/* with "did you mean" where it helps */
};

enum setting_type { SETTING_STR, SETTING_LIST, SETTING_BOOL, SETTING_COUNT, SETTING_MS, SETTING_BYTES, SETTING_NANO, SETTING_LEVEL, SETTING_WORKERS };

struct setting {
	const char	 *path;		/* "http.head_timeout" */
	size_t		  offset;
	enum setting_type type;
	uint64_t	  least, most;	/* in the member's unit; both 0 = unbounded */
	const char	 *preset;	/* default as one writes it */
	bool		  reloadable;	/* false: needs a restart (or USR2) */
	const char	 *help;		/* one sentence, with the unit */
};

extern const struct setting settings[];
extern const size_t settings_count;

void	conf_init(struct conf *);		/* all defaults */
void	conf_done(struct conf *);
/* Reads a file with its includes.  -1: `problems` (at least one, arena of conf) tell what; conf is not usable then. */
int	conf_read(struct conf *, const char *path, struct conf_problem **problems, size_t *n) MUST_USE;
/* The accepted text: all includes resolved, readable by conf_read_text() in another process. */
void	conf_write(const struct conf *, struct buf *);
int	conf_read_text(struct conf *, struct str text, struct conf_problem **problems, size_t *n) MUST_USE;
/*
 * Brings a file of an older version, and what it includes, up on disk: what it was stays beside it as FILE.v0.
 * conf_read() does the same in memory only, so a file that cannot be written still works.  How many files were
 * changed (0: nothing to do), or -1 with *why.
 */
int	conf_migrate(struct arena *, const char *path, struct str *why) MUST_USE;
struct str conf_value(const struct conf *, struct arena *, const struct setting *);	/* as one writes it */
/* For listings and the manual check: "1s to 10m", "" when there are no bounds. */
struct str conf_bounds(struct arena *, const struct setting *);
extern const char *const setting_type_names[];		/* by enum setting_type: "text", "list", "duration" ... */
/* The settings in which a and b differ; *restart tells whether one of them is not reloadable. */
size_t	conf_diff(const struct conf *a, const struct conf *b, const struct setting **out, size_t max, bool *restart);

#endif
