// What the description of the API does not allow does not compile; `tsc` reads this file, and nothing runs it.

import { call } from "../src/api";

const path = { space_id: "" };

export const mistakes = () => [
  // @ts-expect-error There is no such address.
  call("GET", "/api/v1/nothing/"),
  // @ts-expect-error It does not take that method.
  call("DELETE", "/api/v1/topics/"),
  // @ts-expect-error A part of the address is left out.
  call("GET", "/api/v1/spaces/{space_id}/"),
  // @ts-expect-error The body is needed.
  call("PUT", "/api/v1/spaces/{space_id}/mic/", { path }),
  // @ts-expect-error A field has another type.
  call("PUT", "/api/v1/spaces/{space_id}/mic/", { path, body: { muted: "yes" } }),
  // @ts-expect-error There is no such field.
  call("PUT", "/api/v1/spaces/{space_id}/mic/", { path, body: { muted: true, loud: true } }),
  // @ts-expect-error There is no such parameter.
  call("GET", "/api/v1/spaces/{space_id}/listeners/", { path, query: { query: "a" } }),
  // @ts-expect-error The answer has no such field.
  call("GET", "/api/v1/spaces/{space_id}/", { path }).then((space) => space.name),
];
