/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.c - every command of weirctl, one row each.
 *
 * Runs in: weirctl.
 */
#include "ctl/change.h"
#include "ctl/command.h"
#include "ctl/daemon.h"
#include "ctl/help.h"
#include "ctl/init.h"
#include "ctl/key.h"
#include "ctl/show.h"
#include "ctl/state.h"
#include "ctl/try.h"
#include "ctl/upkey.h"
#include "ctl/usage.h"

#define CHANGES COMMAND_CHANGES
#define SECRET	COMMAND_SECRET
#define WAITS	COMMAND_WAITS

/* What every kind of record has; `what` names one of them. */
#define RECORD_COMMANDS(noun, KIND, what) \
	{ noun " list [FIELD=PATTERN...]", show_list, 0, KIND, "Lists " what "s; with FIELD=PATTERN only those that match." }, \
	{ noun " show NAME", show_one, 0, KIND, "Shows all fields of one " what "." }, \
	{ noun " set NAME FIELD=VALUE...", change_set, CHANGES, KIND, "Changes fields of one " what "; name=NEW renames it." }, \
	{ noun " enable NAME...", change_enable, CHANGES, KIND, "Takes each " what " named into use." }, \
	{ noun " disable NAME...", change_disable, CHANGES, KIND, "Takes each " what " named out of use." }, \
	{ noun " remove NAME...", change_remove, CHANGES, KIND, "Removes each " what " named, with all that belongs to it." }

const struct command commands[] = {
	{ "init", init_run, CHANGES, 0, "Makes store and master key, imports what the configuration declares, and the first "
	    "time makes a client key and an admin key." },
	{ "status", daemon_status, 0, 0, "Shows processes, channels, store and journal." },
	{ "reload", daemon_reload, WAITS, 0, "Makes the daemon read its configuration again; with --wait tells how that ended." },

	{ "provider add NAME FIELD=VALUE...", change_add, CHANGES, RECORD_PROVIDER, "Adds a provider: kind=KIND, and base_url= for a generic one." },
	RECORD_COMMANDS("provider", RECORD_PROVIDER, "provider"),
	{ "provider kinds", show_kinds, 0, RECORD_PROVIDER, "Lists the kinds that provider add knows." },
	{ "provider test TARGET", try_provider, SECRET, RECORD_PROVIDER, "Asks a provider, by name or URL, for its models." },

	{ "channel add NAME FIELD=VALUE...", change_add, CHANGES | SECRET, RECORD_CHANNEL, "Adds a channel: provider=NAME; a secret "
	    "given with it becomes the upstream key NAME/default." },
	RECORD_COMMANDS("channel", RECORD_CHANNEL, "channel"),
	{ "channel test NAME", try_channel, 0, RECORD_CHANNEL, "Asks a channel's provider for its models, with its keys." },

	{ "upkey add CHANNEL/LABEL [FIELD=VALUE...]", upkey_add, CHANGES | SECRET, RECORD_UPKEY, "Gives a channel one more upstream key." },
	{ "upkey replace NAME", upkey_replace, CHANGES | SECRET, RECORD_UPKEY, "Gives an upstream key another secret." },
	{ "upkey reset NAME...", upkey_reset, CHANGES, RECORD_UPKEY, "Forgets that an upstream key cools, is exhausted or invalid." },
	RECORD_COMMANDS("upkey", RECORD_UPKEY, "upstream key"),
	{ "upkey test NAME", try_upkey, 0, RECORD_UPKEY, "Asks its channel's provider for its models with this key." },

	{ "key add NAME [FIELD=VALUE...]", key_add, CHANGES | SECRET, RECORD_APIKEY, "Makes a client key and shows it once; with "
	    "--import-stdin keeps an existing one." },
	{ "key regenerate NAME", key_regenerate, CHANGES, RECORD_APIKEY, "Gives a client key a new secret and shows it once." },
	{ "key revoke NAME...", key_revoke, CHANGES, RECORD_APIKEY, "Withdraws a client key." },
	{ "key restore NAME...", key_restore, CHANGES, RECORD_APIKEY, "Takes back a revocation." },
	RECORD_COMMANDS("key", RECORD_APIKEY, "client key"),
	{ "key test", key_test, SECRET, RECORD_APIKEY, "Tells which client key a secret is, and whether it is valid." },

	{ "model add CHANNEL/MODEL [FIELD=VALUE...]", change_add, CHANGES, RECORD_MODEL, "Adds a catalog entry to a channel." },
	RECORD_COMMANDS("model", RECORD_MODEL, "model"),
	{ "model test NAME", try_model, 0, RECORD_MODEL, "Asks whether the channel's provider lists this model." },

	{ "price add NAME FIELD=VALUE...", change_add, CHANGES, RECORD_PRICE, "Adds a price rule: model=GLOB input=DOLLARS output=DOLLARS "
	    "per million tokens." },
	RECORD_COMMANDS("price", RECORD_PRICE, "price rule"),
	{ "price test CHANNEL MODEL", try_price, 0, RECORD_PRICE, "Tells what a model of a channel costs, in dollars per million tokens." },

	{ "secrets rotate", upkey_rotate, CHANGES, 0, "Makes a new master key, seals all secrets with it and forgets the old one." },
	{ "usage [OPTION=VALUE...]", usage_run, 0, 0, "Sums what was used: by=total|key|model|channel|day from=DATE to=DATE." },
	{ "limits show KEY", state_limits_key, 0, 0, "Shows what a client key has used of its limits." },
	{ "limits channel NAME", state_limits_channel, 0, 0, "Shows what was used of a channel's limits." },
	{ "limits global", state_limits_global, 0, 0, "Shows what was used of the limits of all requests together." },
	{ "breaker list", state_breakers, 0, 0, "Lists what is not plainly healthy: open breakers and cool-downs." },
	{ "breaker reset CHANNEL [MODEL]", state_breaker_reset, CHANGES, 0, "Closes a channel's breakers, of one model or of all." },
	{ "audit [OPTION=VALUE...]", show_audit, 0, 0, "Lists changes, newest last: from=DATE to=DATE." },

	{ "show config", show_config, 0, 0, "Shows every setting as it is; * marks what is not the default." },
	{ "show settings", show_settings, 0, 0, "Shows the table of settings: type, bounds, default, meaning." },
	{ "show faults", show_faults, 0, 0, "Shows the table of errors that clients can get." },
	{ "completion SHELL", help_completion, 0, 0, "Prints the completion script for bash, zsh or fish." },
	{ "help [COMMAND...]", help_run, 0, 0, "Lists the commands, or tells of one." },
};
const size_t commands_count = LENGTH(commands);
