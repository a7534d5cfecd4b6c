// What a TypeScript program does with the types that are generated from our OpenAPI document.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { env: Record<string, string | undefined> };

const client = createClient<paths>({ baseUrl: process.env.SITE ?? "" });

const list = await client.GET("/api/v1/offerings/", { params: { query: { provider: "openai", page_size: 5 } } });
const cost = await client.POST("/api/v1/cost/", {
  body: { id: "openai/gpt-4.1", usage: { input_tokens: 1000 } },
});
if (!list.data || !cost.data) {
  throw new Error(JSON.stringify([list.error, cost.error]));
}
const total: string | null | undefined = "total" in cost.data ? cost.data.total : null;
console.log(JSON.stringify({ count: list.data.count, total }));
