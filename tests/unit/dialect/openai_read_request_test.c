/* SPDX-License-Identifier: Apache-2.0 */
/* openai_read_request_test.c - requests in the neutral form: every part in its place, nothing lost unnoted. */
#include "chat_text.h"
#include "dialect/carry.h"
#include "dialect/openai_inside.h"
#include "tap.h"

static struct arena a;

static const struct {
	const char   *what;
	enum endpoint endpoint;
	const char   *body, *chat;
} good[] = {
	{ "a text", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q]" },
	{ "roles stay where they stood", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\","
	    "\"content\":\"q\"},{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":\"d\"}]}]}", "system[text:s] user[text:q] developer[text:d]" },
	{ "a name", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"name\":\"ann\",\"content\":\"q\"}]}", "user(ann)[text:q]" },
	{ "an empty text is no part", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"\"},{\"type\":\"text\",\"text\":\"q\"}]}]}", "user[text:q]" },
	{ "a data: URL is split", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
	    "\"image_url\":{\"url\":\"data:image/png;base64,AAAA\",\"detail\":\"low\"}}]}]}", "user[image:image/png,AAAA detail=low]" },
	{ "a URL as a string", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
	    "\"image_url\":\"https://h/i.png\"}]}]}", "user[image:https://h/i.png]" },
	{ "audio", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\","
	    "\"input_audio\":{\"data\":\"AAAA\",\"format\":\"mp3\"}},{\"type\":\"audio_url\","
	    "\"audio_url\":{\"url\":\"https://h/a\"}},{\"type\":\"input_audio\","
	    "\"input_audio\":\"BBBB\"}]}]}", "user[audio:audio/mpeg,AAAA audio:https://h/a audio:audio/wav,BBBB]" },
	{ "files in each form", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
	    "\"file\":{\"file_data\":\"data:application/pdf;base64,AAAA\",\"filename\":\"f.pdf\"}},"
	    "{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}},{\"type\":\"file\","
	    "\"file\":{\"file_data\":\"QQ==\",\"filename\":\"f.csv\"}},{\"type\":\"document_url\","
	    "\"document_url\":\"https://h/d\"}]}]}",
	    "user[file:application/pdf,AAAA(f.pdf) file:#file-1 file:text/csv,QQ==(f.csv) file:https://h/d]" },
	{ "video", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"video_url\","
	    "\"video_url\":{\"url\":\"https://h/v.mp4\"}}]}]}", "user[video:https://h/v.mp4]" },
	{ "the Responses API's names", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
	    "\"text\":\"q\"},{\"type\":\"input_image\",\"image_url\":\"https://h/i\"},"
	    "{\"type\":\"input_file\",\"file_url\":\"https://h/f\",\"filename\":\"n\"}]}]}", "user[text:q image:https://h/i file:https://h/f(n)]" },
	{ "a part that nobody knows stays as it is", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"hologram\","
	    "\"x\":1}]}]}", "user[native:{\"type\":\"hologram\",\"x\":1}]" },
	{ "cache marks on a part and on a message", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"system\","
	    "\"cache_control\":{\"type\":\"ephemeral\"},\"content\":\"s\"},{\"role\":\"user\","
	    "\"content\":[{\"type\":\"text\",\"text\":\"q\",\"cache_control\":{\"type\":\"ephemeral\"}}]}]}", "system[text:s{cache}] user[text:q{cache}]" },
	{ "calls and results", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\","
	    "\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},{\"id\":\"c2\","
	    "\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":{\"b\":2}}}]},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"two\"},{\"role\":\"tool\","
	    "\"tool_call_id\":\"c1\",\"content\":[{\"type\":\"text\",\"text\":\"one\"},"
	    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/i\"}}]}]}",
	    "user[text:q] assistant[call:c1 f {\"a\":1} call:c2 g {\"b\":2}] tool[result:c2 g (text:two) "
	    "result:c1 f (text:one image:https://h/i)]" },
	{ "a custom tool's call", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\","
	    "\"type\":\"custom\",\"custom\":{\"name\":\"p\",\"input\":\"*** a\"}}]},{\"role\":\"tool\","
	    "\"tool_call_id\":\"c\",\"content\":\"r\"}]}", "assistant[call:c p *** a freeform] tool[result:c p (text:r)]" },
	{ "functions of old", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"t\","
	    "\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"role\":\"function\","
	    "\"name\":\"f\",\"content\":\"r\"}]}",
	    "assistant[text:t call:call_1_f f {}] tool[result:call_1_f f (text:r)]" },
	{ "a refusal in each place", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"refusal\":\"no\"},"
	    "{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"never\"}]}]}", "assistant[refusal:no] assistant[refusal:never]" },
	{ "a spoken answer by its id", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"audio\":{\"id\":\"audio_1\"}}]}", "assistant[audio:]" },
	{ "what a client gives back of a reply", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"refusal\":null,"
	    "\"audio\":null,\"function_call\":null,\"tool_calls\":null,"
	    "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"url\":\"https://h\","
	    "\"title\":\"t\",\"start_index\":0,\"end_index\":1}}]}]}", "assistant[text:a{cite https://h t }]" },
	{ "drawn images", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
	    "AAAA\"}}]}]}", "assistant[text:a image:image/png,AAAA]" },
	{ "reasoning as plain text", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"reasoning_content\":\"hm\"},{\"role\":\"assistant\",\"content\":\"a\","
	    "\"reasoning\":\"hm\"}]}", "assistant[reasoning:hm text:a] assistant[reasoning:hm text:a]" },
	{ "thinking parts", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\","
	    "\"thinking\":[{\"type\":\"text\",\"text\":\"h\"},{\"type\":\"text\",\"text\":\"m\"}]},"
	    "{\"type\":\"text\",\"text\":\"a\"}]}]}", "assistant[reasoning:hm text:a]" },
	{ "details with a signature", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"reasoning\":\"hm\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"s\","
	    "\"format\":\"anthropic-claude-v1\",\"index\":0}]}]}", "assistant[reasoning:hm sig=s@anthropic text:a]" },
	{ "details in the pieces of a stream are one", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"h\","
	    "\"format\":\"anthropic-claude-v1\",\"index\":0},{\"type\":\"reasoning.text\",\"text\":\"m\","
	    "\"format\":\"anthropic-claude-v1\",\"index\":0},{\"type\":\"reasoning.text\","
	    "\"signature\":\"s\",\"format\":\"anthropic-claude-v1\",\"index\":0},"
	    "{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"format\":\"anthropic-claude-v1\","
	    "\"index\":1}]}]}",
	    "assistant[reasoning:hm sig=s@anthropic reasoning: sealed=x@anthropic text:a]" },
	{ "a summary and what it sums up are one", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.summary\",\"summary\":\"in short\","
	    "\"format\":\"openai-responses-v1\",\"index\":0},{\"type\":\"reasoning.encrypted\","
	    "\"data\":\"x\",\"id\":\"rs_1\",\"format\":\"openai-responses-v1\",\"index\":0}]}]}",
	    "assistant[reasoning:in short sealed=x@responses id=rs_1 summary text:a]" },
	{ "a format of another vendor stays sealed whole", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"x\","
	    "\"format\":\"xai-responses-v1\"}]}]}",
	    "assistant[reasoning: sealed={\"type\":\"reasoning.encrypted\",\"data\":\"x\","
	    "\"format\":\"xai-responses-v1\"}@openai text:a]" },
	{ "Gemini's signature goes to its call", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
	    "{\"id\":\"c2\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}],"
	    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm\","
	    "\"format\":\"google-gemini-v1\"},{\"type\":\"reasoning.encrypted\",\"data\":\"s\","
	    "\"id\":\"c2\",\"format\":\"google-gemini-v1\"}]}]}",
	    "assistant[reasoning:hm text:a call:c1 f {} reasoning: sig=s@gemini call:c2 g {}]" },
	{ "Google's own place for it", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},"
	    "\"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}}]}]}", "assistant[reasoning: sig=s@gemini call:c f {}]" },
	{ "blocks kept as Anthropic sent them", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\","
	    "\"reasoning_content\":\"hm\",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"hm\","
	    "\"signature\":\"s\"},{\"type\":\"redacted_thinking\",\"data\":\"x\"}]}]}",
	    "assistant[reasoning:hm sig=s@anthropic reasoning: sealed=x@anthropic text:a]" },
	{ "members unknown are noted once", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"prefix\":true},"
	    "{\"role\":\"assistant\",\"content\":\"b\",\"prefix\":true}]}", "assistant[text:a] assistant[text:b] notes=messages.prefix" },
	{ "tools", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"description\":\"d\",\"parameters\":{\"type\":\"object\"},\"strict\":true},"
	    "\"cache_control\":{\"type\":\"ephemeral\"}},{\"function\":{\"name\":\"g\"}},"
	    "{\"type\":\"web_search\"}],\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "user[text:q] tool:f \"d\" {\"type\":\"object\"} strict{cache} tool:g \"\"  "
	    "native-tool:{\"type\":\"web_search\"}" },
	{ "a tool in Anthropic's form", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tools\":[{\"name\":\"f\",\"description\":\"d\","
	    "\"input_schema\":{\"type\":\"object\"}}],\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] tool:f \"d\" {\"type\":\"object\"}" },
	{ "custom tools", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"p\","
	    "\"description\":\"d\",\"format\":{\"type\":\"grammar\",\"grammar\":{\"syntax\":\"lark\","
	    "\"definition\":\"x\"}}}},{\"type\":\"custom\",\"custom\":{\"name\":\"t\","
	    "\"format\":{\"type\":\"text\"}}}],\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
	    "user[text:q] freeform-tool:p \"d\" {\"type\":\"grammar\",\"syntax\":\"lark\","
	    "\"definition\":\"x\"} freeform-tool:t \"\" " },
	{ "functions and a function_call", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"functions\":[{\"name\":\"f\",\"parameters\":{}}],"
	    "\"function_call\":{\"name\":\"f\"},\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] tool:f \"\" {} choice=f" },
	{ "tool_choice: auto", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tool_choice\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] choice=auto" },
	{ "tool_choice: none", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tool_choice\":\"none\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] choice=none" },
	{ "tool_choice: required", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tool_choice\":\"required\",\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "user[text:q] choice=required" },
	{ "tool_choice: Mistral's any", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tool_choice\":\"any\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] choice=required" },
	{ "tool_choice: a function", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] choice=f" },
	{ "tool_choice: a custom tool", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tool_choice\":{\"type\":\"custom\",\"custom\":{\"name\":\"p\"}},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] choice=p" },
	{ "tool_choice: a name outside", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] choice=f" },
	{ "tool_choice: a list", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tool_choice\":{\"type\":\"allowed_tools\","
	    "\"allowed_tools\":{\"mode\":\"required\",\"tools\":[{\"type\":\"function\","
	    "\"function\":{\"name\":\"f\"}},{\"type\":\"custom\",\"custom\":{\"name\":\"p\"}}]}},"
	    "\"parallel_tool_calls\":false,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] choice=required allowed=f,p parallel=no" },
	{ "limits and stops", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"max_tokens\":5,\"stop\":\"x\",\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "user[text:q] max=5 stop=x" },
	{ "the newer limit counts", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"max_tokens\":5,\"max_completion_tokens\":7,\"stop\":[\"x\",\"\",\"y\"],"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] max=7 stop=x,y" },
	{ "a limit that is none", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"max_tokens\":-1,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] notes=max_tokens" },
	{ "formats: text", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"response_format\":{\"type\":\"text\"},\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "user[text:q] format=text" },
	{ "formats: any JSON", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"response_format\":{\"type\":\"json_object\"},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] format=json" },
	{ "formats: a schema", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"response_format\":{\"type\":\"json_schema\","
	    "\"json_schema\":{\"name\":\"n\",\"strict\":true,\"schema\":{\"type\":\"object\"}}},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] format=schema n {\"type\":\"object\"} strict" },
	{ "formats: a schema elsewhere", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"response_format\":{\"type\":\"json_object\","
	    "\"schema\":{\"type\":\"object\"}},\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] format=schema {\"type\":\"object\"}" },
	{ "formats: one unknown", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"response_format\":{\"type\":\"grammar\"},\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "user[text:q] notes=response_format" },
	{ "effort", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"reasoning_effort\":\"high\",\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "user[text:q] reasoning= effort=high" },
	{ "no effort", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"reasoning_effort\":\"none\",\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "user[text:q] reasoning=off" },
	{ "OpenRouter's reasoning", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"reasoning\":{\"max_tokens\":900,\"exclude\":true,\"enabled\":true},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] reasoning=on budget=900 hidden" },
	{ "thinking", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":900},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] reasoning=on budget=900" },
	{ "thinking, as the model likes", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"thinking\":{\"type\":\"adaptive\"},\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "user[text:q] reasoning=on dynamic" },
	{ "switches of others", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"enable_thinking\":false,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] reasoning=off" },
	{ "a switch in the template", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"chat_template_kwargs\":{\"enable_thinking\":true},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] reasoning=on" },
	{ "Google's thinking", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"extra_body\":{\"google\":{\"thinking_config\":{\"thinking_budget\":900,"
	    "\"include_thoughts\":true}}},\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] reasoning= budget=900 shown" },
	{ "scalars keep their JSON", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"temperature\":1.50,\"top_p\":0.1,\"top_k\":4,\"seed\":7,\"n\":2,"
	    "\"logprobs\":true,\"top_logprobs\":3,\"logit_bias\":{\"1\":-1},\"user\":\"u\","
	    "\"metadata\":{\"a\":\"b\"},\"service_tier\":\"flex\",\"store\":true,\"modalities\":[\"text\","
	    "\"audio\"],\"audio\":{\"voice\":\"v\",\"format\":\"wav\"},\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}",
	    "user[text:q] temperature=1.50 top_p=0.1 top_k=4 seed=7 n=2 logprobs=true top_logprobs=3 "
	    "logit_bias={\"1\":-1} user=\"u\" metadata={\"a\":\"b\"} service_tier=\"flex\" store=true "
	    "modalities=[\"text\",\"audio\"] audio={\"voice\":\"v\",\"format\":\"wav\"}" },
	{ "null is not said", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"temperature\":null,\"stop\":null,\"tools\":null,\"response_format\":null,"
	    "\"reasoning_effort\":null,\"prediction\":null,\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "user[text:q]" },
	{ "Mistral's seed", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"random_seed\":7,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] seed=7" },
	{ "members unknown are noted", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"prediction\":{\"type\":\"content\"},\"provider\":{},"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "user[text:q] notes=prediction,provider" },
	{ "a prompt", ENDPOINT_COMPLETIONS, "{\"model\":\"m\",\"prompt\":\"p\",\"max_tokens\":5}", "user[text:p] max=5" },
	{ "a prompt alone in a list", ENDPOINT_COMPLETIONS, "{\"model\":\"m\",\"prompt\":[\"p\"]}", "user[text:p]" },
	{ "a count of logprobs", ENDPOINT_COMPLETIONS, "{\"model\":\"m\",\"prompt\":\"p\",\"logprobs\":3}", "user[text:p] logprobs=true top_logprobs=3" },
	{ "what only completions have", ENDPOINT_COMPLETIONS,
	    "{\"model\":\"m\",\"prompt\":\"p\",\"suffix\":\"s\",\"echo\":true,\"best_of\":2}", "user[text:p] notes=suffix,echo,best_of" },
	{ "what says nothing", ENDPOINT_COMPLETIONS,
	    "{\"model\":\"m\",\"prompt\":\"p\",\"suffix\":\"\",\"echo\":false,\"best_of\":1,"
	    "\"logprobs\":null}", "user[text:p]" },
};

static const struct {
	const char   *what;
	enum endpoint endpoint;
	const char   *body, *param;
	enum fault    fault;
} bad[] = {
	{ "a role unknown", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"narrator\",\"content\":\"x\"}]}", "messages[0].role", FAULT_BAD_REQUEST },
	{ "a part without a type", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"user\","
	    "\"content\":[{\"text\":\"x\"}]}]}", "messages[1].content[0].type", FAULT_BAD_REQUEST },
	{ "a part that is a number", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[\"x\",1]}]}", "messages[0].content[1]", FAULT_BAD_REQUEST },
	{ "a text that is none", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	    "\"text\":5}]}]}", "messages[0].content[0].text", FAULT_BAD_REQUEST },
	{ "an image without a place", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
	    "\"image_url\":{}}]}]}", "messages[0].content[0].image_url", FAULT_BAD_REQUEST },
	{ "a file without all", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
	    "\"file\":{\"filename\":\"x\"}}]}]}", "messages[0].content[0].file", FAULT_BAD_REQUEST },
	{ "calls that are no array", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":{}}]}", "messages[0].tool_calls", FAULT_BAD_REQUEST },
	{ "a call without a name", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\","
	    "\"function\":{\"arguments\":\"{}\"}}]}]}", "messages[0].tool_calls", FAULT_BAD_REQUEST },
	{ "a result of no call", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"tool\","
	    "\"tool_call_id\":\"c\",\"content\":\"r\"}]}", "messages", FAULT_BAD_REQUEST },
	{ "a tool without a name", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{}}],"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "tools[0].function.name", FAULT_BAD_REQUEST },
	{ "parameters that are no schema", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"parameters\":[]}}],\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "tools[0].function.parameters", FAULT_BAD_REQUEST },
	{ "a function without a name", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"functions\":[{\"name\":\"f\"},{}],\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "functions[1].name", FAULT_BAD_REQUEST },
	{ "a choice unknown", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"tool_choice\":\"perhaps\",\"messages\":[{\"role\":\"user\","
	    "\"content\":\"q\"}]}", "tool_choice", FAULT_BAD_REQUEST },
	{ "a stop that is a number", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"stop\":[\"a\",1],\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "stop", FAULT_BAD_REQUEST },
	{ "a name twice, deep inside", ENDPOINT_CHAT,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"a\",\"text\":\"b\"}]}]}", "", FAULT_BAD_JSON },
	{ "several prompts", ENDPOINT_COMPLETIONS, "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"]}", "prompt", FAULT_INEXPRESSIBLE },
	{ "a prompt of tokens", ENDPOINT_COMPLETIONS, "{\"model\":\"m\",\"prompt\":[1,2]}", "prompt", FAULT_INEXPRESSIBLE },
	{ "a prompt of one token", ENDPOINT_COMPLETIONS, "{\"model\":\"m\",\"prompt\":[1]}", "prompt", FAULT_INEXPRESSIBLE },
};

static int
read_it(enum endpoint endpoint, struct str body, struct chat *c, struct complaint *why)
{
	struct inbound in = { .endpoint = endpoint, .body = body, .depth = 64 };
	struct ask     ask;

	if (openai_ask(&a, &in, &ask, why) < 0)
		return -1;
	return openai_read_request(&a, &ask, c, why);
}

static void
check_good(size_t i)
{
	struct complaint why = { 0 };
	struct chat	 c;

	if (read_it(good[i].endpoint, str_of(good[i].body), &c, &why) < 0)
		ok(0, "%s: " STR_FMT, good[i].what, STR_ARG(why.message));
	else
		is_slice(chat_text(&a, &c), good[i].chat, "%s", good[i].what);
}

static void
check_bad(size_t i)
{
	struct complaint why = { 0 };
	struct chat	 c;

	if (!ok(read_it(bad[i].endpoint, str_of(bad[i].body), &c, &why) < 0, "%s is refused", bad[i].what))
		return;
	is_slice(why.param, bad[i].param, "%s: the field", bad[i].what);
	is_int(why.fault, bad[i].fault, "%s: the fault", bad[i].what);
}

/* What the ids of calls carried: thoughts in front of the text, a signature at its call. */
static void
check_carried(void)
{
	struct part thought = { .kind = PART_REASONING, .text = STR("hm"), .signature = STR("s"), .origin = DIALECT_ANTHROPIC };
	struct part sign = { .kind = PART_REASONING, .signature = STR("g"), .origin = DIALECT_GEMINI };
	struct str  one = carry_id(&a, STR("c1"), &thought, NULL), two = carry_id(&a, STR("c2"), &sign, NULL);
	struct complaint why = { 0 };
	struct chat	 c;
	static const char body[] = "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_content\":\"hm\","
	    "\"tool_calls\":[{\"id\":\"%.*s\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
	    "{\"id\":\"%.*s\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"%.*s\",\"content\":\"r\"}]}";

	ok(read_it(ENDPOINT_CHAT, arena_printf(&a, body, STR_ARG(one), STR_ARG(two), STR_ARG(two)), &c, &why) == 0,
	    "ids that carry are read");
	is_slice(chat_text(&a, &c), "assistant[reasoning:hm sig=s@anthropic text:a call:c1 f {} reasoning: sig=g@gemini call:c2 g {}] "
	    "tool[result:c2 g (text:r)]", "and the thought, which came twice, is there once");
}

static void
check_legacy(void)
{
	struct complaint why = { 0 };
	struct chat	 c;

	ok(read_it(ENDPOINT_CHAT, STR("{\"model\":\"m\",\"functions\":[{\"name\":\"f\"}],\"messages\":[{\"role\":\"user\"}]}"), &c, &why) == 0 &&
	    openai_is_legacy(&c), "functions are remembered as such");
	ok(read_it(ENDPOINT_CHAT, STR("{\"model\":\"m\",\"tools\":[{\"function\":{\"name\":\"f\"}}],\"messages\":[{\"role\":\"user\"}]}"), &c,
	    &why) == 0 && !openai_is_legacy(&c), "tools are not");
}

int
main(void)
{
	arena_init(&a);
	for (size_t i = 0; i < LENGTH(good); i++)
		check_good(i);
	for (size_t i = 0; i < LENGTH(bad); i++)
		check_bad(i);
	check_carried();
	check_legacy();
	arena_done(&a);
	return tap_done();
}
