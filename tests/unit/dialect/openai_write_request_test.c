/* SPDX-License-Identifier: Apache-2.0 */
/* openai_write_request_test.c - what upstreams of each flavour are sent, and what is reported as left out. */
#include "dialect/fit.h"
#include "dialect/openai_inside.h"
#include "tap.h"

static struct arena a;

/* "model" is put into each request; "@ID" and "@AB" stand for what fit_word() makes. */
static const struct {
	const char  *what;
	enum flavour flavour;
	const char  *asked, *sent, *dropped;
} cases[] = {
	{ "a text", FLAVOUR_PLAIN, "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "" },
	{ "a developer is a system for most", FLAVOUR_PLAIN,
	    "{\"messages\":[{\"role\":\"developer\",\"content\":\"d\"},{\"role\":\"user\","
	    "\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"system\",\"content\":\"d\"},{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "" },
	{ "a developer is one for OpenAI", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"developer\",\"content\":\"d\"},{\"role\":\"user\","
	    "\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"developer\",\"content\":\"d\"},{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "" },
	{ "what leaves nothing is an empty message", FLAVOUR_PLAIN,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":null}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}", "" },
	{ "texts are one string for most", FLAVOUR_PLAIN,
	    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
	    "{\"type\":\"text\",\"text\":\"b\",\"cache_control\":{\"type\":\"ephemeral\"}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"a\\n\\nb\"}]}", "cache_control" },
	{ "texts are parts for OpenAI", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
	    "{\"type\":\"text\",\"text\":\"b\",\"cache_control\":{\"type\":\"ephemeral\"}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}]}", "cache_control" },
	{ "cache marks go to OpenRouter", FLAVOUR_OPENROUTER,
	    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
	    "{\"type\":\"text\",\"text\":\"b\",\"cache_control\":{\"type\":\"ephemeral\"}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\","
	    "\"cache_control\":{\"type\":\"ephemeral\"}}]}]}", "" },
	{ "images, audio and files", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"},"
	    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\","
	    "\"detail\":\"low\"}},{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/i\"}},"
	    "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\",\"format\":\"wav\"}},"
	    "{\"type\":\"file\",\"file\":{\"filename\":\"f.pdf\","
	    "\"file_data\":\"data:application/pdf;base64,AAAA\"}},{\"type\":\"file\","
	    "\"file\":{\"file_id\":\"file-1\"}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"q\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\","
	    "\"detail\":\"low\"}},{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/i\"}},"
	    "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\",\"format\":\"wav\"}},"
	    "{\"type\":\"file\",\"file\":{\"filename\":\"f.pdf\","
	    "\"file_data\":\"data:application/pdf;base64,AAAA\"}},{\"type\":\"file\","
	    "\"file\":{\"file_id\":\"file-1\"}}]}]}", "" },
	{ "a text file is its text", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
	    "\"file\":{\"filename\":\"f.csv\",\"file_data\":\"data:text/csv;base64,YSxi\"}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"f.csv\\n\\na,b\"}]}]}", "" },
	{ "video where it is known", FLAVOUR_PLAIN,
	    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"video_url\","
	    "\"video_url\":{\"url\":\"https://h/v\"}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"video_url\","
	    "\"video_url\":{\"url\":\"https://h/v\"}}]}]}", "" },
	{ "what only this dialect knows", FLAVOUR_PLAIN,
	    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"hologram\",\"x\":1}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"hologram\","
	    "\"x\":1}]}]}", "" },
	{ "calls, with the thought where it is taken", FLAVOUR_PLAIN,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_content\":\"hm\","
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{\\\"a\\\":1}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\","
	    "\"content\":\"r\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},{\"role\":\"tool\","
	    "\"tool_call_id\":\"c1\",\"content\":\"r\"}]}", "" },
	{ "thoughts are nothing for OpenAI", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_content\":\"hm\","
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{\\\"a\\\":1}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\","
	    "\"content\":\"r\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{\\\"a\\\":1}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\","
	    "\"content\":\"r\"}]}", "reasoning" },
	{ "a plain thought for OpenRouter", FLAVOUR_OPENROUTER,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_content\":\"hm\","
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{\\\"a\\\":1}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\","
	    "\"content\":\"r\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"reasoning\":\"hm\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},{\"role\":\"tool\","
	    "\"tool_call_id\":\"c1\",\"content\":\"r\"}]}", "" },
	{ "details go back to OpenRouter", FLAVOUR_OPENROUTER,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"s\","
	    "\"format\":\"anthropic-claude-v1\"},{\"type\":\"reasoning.encrypted\",\"data\":\"x\","
	    "\"format\":\"anthropic-claude-v1\"},{\"type\":\"reasoning.summary\",\"summary\":\"sum\","
	    "\"format\":\"openai-responses-v1\"},{\"type\":\"reasoning.encrypted\",\"data\":\"y\","
	    "\"id\":\"rs\",\"format\":\"openai-responses-v1\"},{\"type\":\"reasoning.encrypted\","
	    "\"data\":\"z\",\"format\":\"xai-responses-v1\"},{\"type\":\"reasoning.encrypted\","
	    "\"data\":\"g\",\"id\":\"c1\",\"format\":\"google-gemini-v1\"}],\"tool_calls\":[{\"id\":\"c1\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"format\":\"anthropic-claude-v1\","
	    "\"index\":0,\"text\":\"hm\",\"signature\":\"s\"},{\"type\":\"reasoning.encrypted\","
	    "\"format\":\"anthropic-claude-v1\",\"index\":1,\"data\":\"x\"},"
	    "{\"type\":\"reasoning.summary\",\"format\":\"openai-responses-v1\",\"index\":2,"
	    "\"summary\":\"sum\"},{\"type\":\"reasoning.encrypted\",\"format\":\"openai-responses-v1\","
	    "\"index\":2,\"data\":\"y\",\"id\":\"rs\"},{\"type\":\"reasoning.encrypted\",\"data\":\"z\","
	    "\"format\":\"xai-responses-v1\",\"index\":3},{\"type\":\"reasoning.encrypted\","
	    "\"format\":\"google-gemini-v1\",\"index\":4,\"data\":\"g\",\"id\":\"c1\"}],"
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"}}]}]}", "" },
	{ "Google's signature goes back to its own compatible endpoint", FLAVOUR_PLAIN,
	    "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},"
	    "\"extra_content\":{\"google\":{\"thought_signature\":\"g\"}}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"},\"extra_content\":{\"google\":{\"thought_signature\":\"g\"}}}]}]}", "" },
	{ "nothing but thoughts is no message for OpenAI", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"assistant\",\"reasoning_content\":\"hm\"},{\"role\":\"user\","
	    "\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "reasoning" },
	{ "messages in a row with calls are one", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"assistant\","
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"\"}}]},{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c2\","
	    "\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"r\"},{\"role\":\"tool\","
	    "\"tool_call_id\":\"c2\",\"content\":\"r\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"}},{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\","
	    "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"r\"},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"r\"}]}", "" },
	{ "messages in a row without stay apart", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"assistant\","
	    "\"content\":\"b\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"},"
	    "{\"role\":\"assistant\",\"content\":\"b\"}]}", "" },
	{ "images of results follow all of them, in the user's message", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"id\":\"c2\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":[{\"type\":\"image_url\","
	    "\"image_url\":{\"url\":\"https://h/i\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c2\","
	    "\"content\":\"r\"},{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"}},{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"The result "
	    "is in the next message.\"},{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"r\"},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
	    "\"image_url\":{\"url\":\"https://h/i\"}},{\"type\":\"text\",\"text\":\"q\"}]}]}", "" },
	{ "results come before what was said meanwhile", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"user\",\"content\":\"q\"},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"r\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"r\"},"
	    "{\"role\":\"user\",\"content\":\"q\"}]}", "" },
	{ "or in one of their own", FLAVOUR_PLAIN,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"id\":\"c2\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":[{\"type\":\"text\",\"text\":\"t\"},"
	    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/i\"}}]},{\"role\":\"tool\","
	    "\"tool_call_id\":\"c2\",\"content\":\"r\"},{\"role\":\"assistant\",\"content\":\"a\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"}},{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"t\"},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"r\"},{\"role\":\"user\","
	    "\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/i\"}}]},"
	    "{\"role\":\"assistant\",\"content\":\"a\"}]}", "" },
	{ "a custom call for OpenAI", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\","
	    "\"type\":\"custom\",\"custom\":{\"name\":\"p\",\"input\":\"*** a\"}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"custom\",\"custom\":{\"name\":\"p\",\"input\":\"*** "
	    "a\"}}]}]}", "" },
	{ "a custom call is a function's for others", FLAVOUR_PLAIN,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\","
	    "\"type\":\"custom\",\"custom\":{\"name\":\"p\",\"input\":\"*** a\"}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"p\","
	    "\"arguments\":\"{\\\"input\\\":\\\"*** a\\\"}\"}}]}]}", "" },
	{ "a long id is cut, in the result as well", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call_012345678901234567890123"
	    "4567890123456789\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"}}]},{\"role\":\"tool\","
	    "\"tool_call_id\":\"call_0123456789012345678901234567890123456789\",\"content\":\"r\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"@ID\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"@ID\",\"content\":\"r\"}]}", "" },
	{ "refusals", FLAVOUR_OFFICIAL, "{\"messages\":[{\"role\":\"assistant\",\"refusal\":\"no\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":null,\"refusal\":\"no\"}]}", "" },
	{ "refusals are text for most", FLAVOUR_PLAIN, "{\"messages\":[{\"role\":\"assistant\",\"refusal\":\"no\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":\"no\"}]}", "" },
	{ "a spoken answer goes back by its id", FLAVOUR_OFFICIAL,
	    "{\"messages\":[{\"role\":\"assistant\",\"audio\":{\"id\":\"audio_1\"}}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":null,"
	    "\"audio\":{\"id\":\"audio_1\"}}]}", "" },
	{ "drawn images go back to OpenRouter", FLAVOUR_OPENROUTER,
	    "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"images\":[{\"type\":\"image_url\","
	    "\"image_url\":{\"url\":\"https://h/i\"}}]}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/i\"}}]}]}", "" },
	{ "tools", FLAVOUR_OFFICIAL,
	    "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
	    "\"parameters\":{\"type\":\"object\"},\"strict\":true},"
	    "\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"function\","
	    "\"function\":{\"name\":\"g\"}}],\"parallel_tool_calls\":false,\"tool_choice\":\"required\","
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
	    "\"parameters\":{\"type\":\"object\"},\"strict\":true}},{\"type\":\"function\","
	    "\"function\":{\"name\":\"g\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],"
	    "\"tool_choice\":\"required\",\"parallel_tool_calls\":false}", "cache_control" },
	{ "tools for OpenRouter", FLAVOUR_OPENROUTER,
	    "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
	    "\"parameters\":{\"type\":\"object\"},\"strict\":true},"
	    "\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"function\","
	    "\"function\":{\"name\":\"g\"}}],\"tool_choice\":{\"type\":\"function\","
	    "\"function\":{\"name\":\"g\"}},\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
	    "\"parameters\":{\"type\":\"object\"},\"strict\":true},"
	    "\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"function\","
	    "\"function\":{\"name\":\"g\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],"
	    "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}}", "" },
	{ "allowed tools for OpenAI", FLAVOUR_OFFICIAL,
	    "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
	    "\"parameters\":{\"type\":\"object\"},\"strict\":true},"
	    "\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"function\","
	    "\"function\":{\"name\":\"g\"}}],\"tool_choice\":{\"type\":\"allowed_tools\","
	    "\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\","
	    "\"function\":{\"name\":\"g\"}}]}},\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
	    "\"parameters\":{\"type\":\"object\"},\"strict\":true}},{\"type\":\"function\","
	    "\"function\":{\"name\":\"g\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],"
	    "\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\","
	    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]}}}", "cache_control" },
	{ "others get only those", FLAVOUR_PLAIN,
	    "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
	    "\"parameters\":{\"type\":\"object\"},\"strict\":true},"
	    "\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"function\","
	    "\"function\":{\"name\":\"g\"}}],\"tool_choice\":{\"type\":\"allowed_tools\","
	    "\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\","
	    "\"function\":{\"name\":\"g\"}}]}},\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\","
	    "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],\"tool_choice\":\"auto\"}", "" },
	{ "a tool told twice is one", FLAVOUR_OFFICIAL,
	    "{\"tools\":[{\"function\":{\"name\":\"g\"}},{\"function\":{\"name\":\"g\","
	    "\"description\":\"d\"}}],\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\","
	    "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]}", "" },
	{ "no choice without tools", FLAVOUR_OFFICIAL,
	    "{\"tool_choice\":\"auto\",\"parallel_tool_calls\":true,\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "" },
	{ "a custom tool for OpenAI", FLAVOUR_OFFICIAL,
	    "{\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"p\",\"description\":\"d\","
	    "\"format\":{\"type\":\"grammar\",\"grammar\":{\"syntax\":\"lark\",\"definition\":\"x\"}}}}],"
	    "\"tool_choice\":{\"type\":\"custom\",\"custom\":{\"name\":\"p\"}},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"p\",\"description\":\"d\","
	    "\"format\":{\"type\":\"grammar\",\"grammar\":{\"syntax\":\"lark\",\"definition\":\"x\"}}}}],"
	    "\"tool_choice\":{\"type\":\"custom\",\"custom\":{\"name\":\"p\"}}}", "" },
	{ "a custom tool is a function for others", FLAVOUR_PLAIN,
	    "{\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"p\",\"description\":\"d\","
	    "\"format\":{\"type\":\"grammar\",\"grammar\":{\"syntax\":\"lark\",\"definition\":\"x\"}}}}],"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"p\",\"description\":\"d\\n\\nThe "
	    "input follows this lark grammar:\\nx\",\"parameters\":{\"type\":\"object\","
	    "\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"],"
	    "\"additionalProperties\":false}}}]}", "tools.format" },
	{ "a tool's name is made to fit", FLAVOUR_OFFICIAL,
	    "{\"tools\":[{\"function\":{\"name\":\"a.b\"}}],\"tool_choice\":{\"type\":\"function\","
	    "\"function\":{\"name\":\"a.b\"}},\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"@AB\","
	    "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],"
	    "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"@AB\"}}}", "" },
	{ "the limit for most", FLAVOUR_PLAIN,
	    "{\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"max_tokens\":5}", "" },
	{ "the limit for OpenAI", FLAVOUR_OFFICIAL,
	    "{\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"max_completion_tokens\":5}", "" },
	{ "more than the model has", FLAVOUR_PLAIN,
	    "{\"max_tokens\":9000,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"max_tokens\":4000}", "max_tokens" },
	{ "four stops for OpenAI", FLAVOUR_OFFICIAL,
	    "{\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"],\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"stop\":[\"a\",\"b\","
	    "\"c\",\"d\"]}", "stop" },
	{ "all stops for most", FLAVOUR_PLAIN,
	    "{\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"],\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"stop\":[\"a\",\"b\","
	    "\"c\",\"d\",\"e\"]}", "" },
	{ "a schema", FLAVOUR_OFFICIAL,
	    "{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a b\","
	    "\"description\":\"d\",\"schema\":{\"type\":\"object\"},\"strict\":true}},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a_b\","
	    "\"description\":\"d\",\"schema\":{\"type\":\"object\"},\"strict\":true}}}", "" },
	{ "a schema without a name", FLAVOUR_PLAIN,
	    "{\"response_format\":{\"type\":\"json_object\",\"schema\":{\"type\":\"object\"}},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"response\","
	    "\"schema\":{\"type\":\"object\"}}}}", "" },
	{ "JSON is spoken of, or OpenAI would refuse", FLAVOUR_OFFICIAL,
	    "{\"response_format\":{\"type\":\"json_object\"},\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"system\",\"content\":\"Answer with a JSON "
	    "object.\"},{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"response_format\":{\"type\":\"json_object\"}}", "" },
	{ "unless it was", FLAVOUR_PLAIN,
	    "{\"response_format\":{\"type\":\"json_object\"},\"messages\":[{\"role\":\"user\","
	    "\"content\":\"as Json\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"as Json\"}],"
	    "\"response_format\":{\"type\":\"json_object\"}}", "" },
	{ "effort", FLAVOUR_OFFICIAL,
	    "{\"reasoning_effort\":\"high\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"reasoning_effort\":\"high\"}", "" },
	{ "no effort", FLAVOUR_PLAIN,
	    "{\"reasoning_effort\":\"none\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"reasoning_effort\":\"none\"}", "" },
	{ "a budget is an effort", FLAVOUR_PLAIN,
	    "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":30000},\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"reasoning_effort\":\"high\"}", "" },
	{ "effort for OpenRouter", FLAVOUR_OPENROUTER,
	    "{\"reasoning_effort\":\"high\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"reasoning\":{\"effort\":\"high\"}}", "" },
	{ "a budget for OpenRouter", FLAVOUR_OPENROUTER,
	    "{\"reasoning\":{\"max_tokens\":900,\"exclude\":true},\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"reasoning\":{\"max_tokens\":900,\"exclude\":true}}", "" },
	{ "thinking for OpenRouter", FLAVOUR_OPENROUTER,
	    "{\"thinking\":{\"type\":\"adaptive\"},\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"reasoning\":{\"enabled\":true}}", "" },
	{ "a summary is none here", FLAVOUR_OFFICIAL,
	    "{\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"},\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"reasoning_effort\":\"low\"}", "reasoning.summary" },
	{ "scalars for most", FLAVOUR_PLAIN,
	    "{\"temperature\":0.5,\"top_k\":4,\"min_p\":0.1,\"repetition_penalty\":1.1,\"seed\":7,\"n\":2,"
	    "\"safety_identifier\":\"s\",\"prompt_cache_key\":\"k\",\"user\":\"u\","
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"temperature\":0.5,"
	    "\"top_k\":4,\"min_p\":0.1,\"seed\":7,\"repetition_penalty\":1.1,\"n\":2,\"user\":\"u\","
	    "\"prompt_cache_key\":\"k\"}", "safety_identifier" },
	{ "scalars for OpenAI", FLAVOUR_OFFICIAL,
	    "{\"temperature\":0.5,\"top_k\":4,\"min_p\":0.1,\"repetition_penalty\":1.1,\"seed\":7,\"n\":2,"
	    "\"safety_identifier\":\"s\",\"prompt_cache_key\":\"k\",\"user\":\"u\","
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"temperature\":0.5,"
	    "\"seed\":7,\"n\":2,\"user\":\"u\",\"safety_identifier\":\"s\",\"prompt_cache_key\":\"k\"}", "top_k,min_p,repetition_penalty" },
	{ "one answer is one answer", FLAVOUR_OPENROUTER, "{\"n\":1,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "" },
	{ "OpenRouter has one", FLAVOUR_OPENROUTER, "{\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "n" },
	{ "out of bounds", FLAVOUR_OFFICIAL,
	    "{\"temperature\":2.5,\"top_p\":-1,\"presence_penalty\":9,\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"temperature\":2,"
	    "\"top_p\":0,\"presence_penalty\":2}", "temperature,top_p,presence_penalty" },
	{ "metadata without a store", FLAVOUR_OFFICIAL,
	    "{\"metadata\":{\"a\":\"b\"},\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "metadata" },
	{ "metadata with one", FLAVOUR_OFFICIAL,
	    "{\"metadata\":{\"a\":\"b\"},\"store\":true,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"metadata\":{\"a\":\"b\"},\"store\":true}", "" },
	{ "logprobs that were counted", FLAVOUR_PLAIN,
	    "{\"top_logprobs\":2,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"top_logprobs\":2,"
	    "\"logprobs\":true}", "" },
	{ "another vendor's tier", FLAVOUR_OFFICIAL,
	    "{\"service_tier\":\"standard_only\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
	    "\"service_tier\":\"default\"}", "" },
	{ "pictures are not OpenAI's to draw", FLAVOUR_OFFICIAL,
	    "{\"modalities\":[\"text\",\"image\"],\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "modalities" },
	{ "what the reader noted", FLAVOUR_PLAIN,
	    "{\"prediction\":{},\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "prediction" },
};

static const struct {
	enum flavour flavour;
	const char  *messages, *param;
} impossible[] = {
	{ FLAVOUR_OFFICIAL,
	    "{\"role\":\"user\",\"content\":[{\"type\":\"video_url\","
	    "\"video_url\":{\"url\":\"https://h/v\"}}]}", "messages[0].content[0]" },
	{ FLAVOUR_OFFICIAL,
	    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"},{\"type\":\"input_audio\","
	    "\"input_audio\":{\"data\":\"AAAA\",\"format\":\"ogg\"}}]}", "messages[0].content[1]" },
	{ FLAVOUR_PLAIN,
	    "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"gs://b/i\"}}]}", "messages[0].content[0]" },
	{ FLAVOUR_OFFICIAL,
	    "{\"role\":\"user\",\"content\":[{\"type\":\"document_url\",\"document_url\":\"https://h/d\"}]}", "messages[0].content[0]" },
	{ FLAVOUR_OFFICIAL,
	    "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"filename\":\"a.docx\","
	    "\"file_data\":\"AAAA\"}}]}", "messages[0].content[0]" },
	{ FLAVOUR_OPENROUTER,
	    "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}]}", "messages[0].content[0]" },
	{ FLAVOUR_PLAIN,
	    "{\"role\":\"assistant\",\"content\":\"a\","
	    "\"images\":[{\"image_url\":{\"url\":\"https://h/i\"}}]}", "messages[0].content[1]" },
	{ FLAVOUR_OFFICIAL,
	    "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c\","
	    "\"content\":[{\"type\":\"video_url\",\"video_url\":{\"url\":\"https://h/v\"}}]}", "messages[1].content[0]" },
};

static int
write_it(struct str asked, struct target t, struct str *sent, struct report *r, struct complaint *why)
{
	struct str     body = arena_printf(&a, "{\"model\":\"m\"," STR_FMT, STR_ARG(str_from(asked, 1)));
	struct inbound in = { .endpoint = ENDPOINT_CHAT, .body = body, .depth = 64 };
	struct ask     ask;
	struct chat    c;

	*r = (struct report){ .arena = &a };
	if (openai_ask(&a, &in, &ask, why) < 0 || openai_read_request(&a, &ask, &c, why) < 0)
		return -2;
	return openai_write_request(&a, &c, &t, r, sent, why);
}

static struct str
replaced(struct str s, struct str mark, struct str by)
{
	struct buf b = { 0 };

	for (size_t at; (at = str_find(s, mark)) < s.n; s = str_from(s, at + mark.n)) {
		buf_str(&b, str_upto(s, at));
		buf_str(&b, by);
	}
	buf_str(&b, s);
	s = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return s;
}

static void
check_dropped(const struct report *r, const char *want, const char *what)
{
	struct buf b = { 0 };

	for (const struct name_list *n = r->names; n != NULL; n = n->next) {
		if (b.n > 0)
			buf_byte(&b, ',');
		buf_str(&b, n->name);
	}
	is_slice(buf_view(&b), want, "%s: what is reported", what);
	buf_done(&b);
}

static void
check(size_t i)
{
	struct target	 t = { .model = STR("up"), .flavour = cases[i].flavour, .max_output = 4000 };
	struct str	 want = str_of(cases[i].sent), sent = STR_NONE;
	struct complaint why = { 0 };
	struct report	 r;

	want = replaced(want, STR("@ID"), fit_word(&a, STR("call_0123456789012345678901234567890123456789"), 40));
	want = replaced(want, STR("@AB"), fit_word(&a, STR("a.b"), 64));
	if (!ok(write_it(str_of(cases[i].asked), t, &sent, &r, &why) == 0, "%s is written", cases[i].what)) {
		printf("# " STR_FMT "\n", STR_ARG(why.message));
		return;
	}
	is_slice(sent, arena_cstr(&a, want), "%s", cases[i].what);
	check_dropped(&r, cases[i].dropped, cases[i].what);
}

static void
check_impossible(size_t i)
{
	struct target	 t = { .model = STR("up"), .flavour = impossible[i].flavour };
	struct complaint why = { 0 };
	struct report	 r;
	struct str	 sent;

	is_int(write_it(arena_printf(&a, "{\"messages\":[%s]}", impossible[i].messages), t, &sent, &r, &why), -1, "%s cannot be said",
	    impossible[i].messages);
	is_int(why.fault, FAULT_INEXPRESSIBLE, "and that is the fault");
	is_slice(why.param, impossible[i].param, "of this part");
}

/* What OpenAI's own models would refuse. */
static const struct {
	const char *model, *asked, *sent, *dropped;
} models[] = {
	{ "gpt-4o", "\"reasoning_effort\":\"high\",\"temperature\":1", "\"temperature\":1", "reasoning_effort" },
	{ "gpt-4o", "\"reasoning_effort\":\"none\"", "", "" },
	{ "gpt-5-mini", "\"reasoning_effort\":\"none\",\"temperature\":0,\"stop\":\"x\"", "\"reasoning_effort\":\"minimal\"",
	    "stop,reasoning_effort,temperature" },
	{ "gpt-5.2", "\"reasoning_effort\":\"none\",\"temperature\":0", "\"reasoning_effort\":\"none\",\"temperature\":0", "" },
	{ "gpt-5.2", "\"reasoning_effort\":\"max\",\"temperature\":0", "\"reasoning_effort\":\"xhigh\"",
	    "reasoning_effort,temperature" },
	{ "ft:gpt-4o:x", "\"reasoning_effort\":\"low\"", "", "reasoning_effort" },
	{ "unheard-of", "\"reasoning_effort\":\"max\",\"temperature\":0", "\"reasoning_effort\":\"max\",\"temperature\":0", "" },
};

static void
check_model(size_t i)
{
	struct target	 t = { .model = str_of(models[i].model), .flavour = FLAVOUR_OFFICIAL };
	struct str	 asked = arena_printf(&a, "{%s,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", models[i].asked), sent;
	struct complaint why = { 0 };
	struct report	 r;
	struct str	 want = arena_printf(&a, "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]%s%s}",
	    models[i].model, models[i].sent[0] != '\0' ? "," : "", models[i].sent);

	ok(write_it(asked, t, &sent, &r, &why) == 0, "%s is asked", models[i].model);
	is_slice(sent, want.p, "%s: %s", models[i].model, models[i].asked);
	check_dropped(&r, models[i].dropped, models[i].model);
}

static void
check_targets(void)
{
	struct target	 t = { .model = STR("up"), .stream = true, .usage_option = true, .max_completion_tokens = true };
	struct str	 sent, asked = STR("{\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}");
	struct complaint why = { 0 };
	struct report	 r;

	ok(write_it(asked, t, &sent, &r, &why) == 0, "a stream is asked for");
	is_slice(sent, "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"max_completion_tokens\":5,"
	    "\"stream\":true,\"stream_options\":{\"include_usage\":true}}", "with usage, and the limit's other name");
}

/* What no client of this dialect can say. */
static void
check_foreign(void)
{
	struct target	 t = { .model = STR("up"), .flavour = FLAVOUR_OFFICIAL };
	struct complaint why = { 0 };
	struct report	 r = { .arena = &a };
	struct str	 sent = STR_NONE;
	struct chat	 c;
	struct part	*p;

	chat_init(&c, &a, DIALECT_ANTHROPIC);
	p = part_add(&a, &chat_message(&c, ROLE_ASSISTANT)->parts, PART_CALL);
	p->id = STR("c");
	p->name = STR("f");
	p->input = STR("{}");
	p = part_add(&a, &c.message_last->parts, PART_NATIVE);
	p->name = STR("server_tool_use");
	p->raw = STR("{\"type\":\"server_tool_use\"}");
	p->origin = DIALECT_ANTHROPIC;
	p = part_add(&a, &chat_message(&c, ROLE_TOOL)->parts, PART_RESULT);
	p->id = STR("c");
	p->failed = true;
	part_add(&a, &p->content, PART_TEXT)->text = STR("no such file");
	p = part_add(&a, &chat_message(&c, ROLE_USER)->parts, PART_IMAGE);
	p->media.data = STR("/9j/AAAA");
	chat_tool(&c, TOOL_NATIVE)->name = STR("web_search");
	c.tool_last->origin = DIALECT_ANTHROPIC;
	ok(openai_write_request(&a, &c, &t, &r, &sent, &why) == 0, "a chat of another dialect is written");
	is_slice(sent, "{\"model\":\"up\",\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c\","
	    "\"content\":\"Error: no such file\"},{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
	    "{\"url\":\"data:image/jpeg;base64,/9j/AAAA\"}}]}]}", "a failure is told, an image without a type has one");
	check_dropped(&r, "messages.content.server_tool_use,tools.web_search", "what is Anthropic's alone");
}

int
main(void)
{
	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		check(i);
	for (size_t i = 0; i < LENGTH(impossible); i++)
		check_impossible(i);
	for (size_t i = 0; i < LENGTH(models); i++)
		check_model(i);
	check_targets();
	check_foreign();
	arena_done(&a);
	return tap_done();
}
