// Posts about the Space one is in, as one reader has them. Pure: pages and frames in, a list out, the newest first.

import type { Frame, Page, RoomPost } from "../types";

/** So many are kept; who wants more goes to the Space's page. */
const KEPT = 200;

const byId = (a: RoomPost, b: RoomPost): number => Number(b.id) - Number(a.id);

export function withPosts(known: RoomPost[], more: RoomPost[]): RoomPost[] {
  const all = new Map(known.map((post) => [post.id, post]));
  for (const post of more) all.set(post.id, post);
  return [...all.values()].sort(byId).slice(0, KEPT);
}

export const withPostPage = (known: RoomPost[], page: Page<RoomPost>): RoomPost[] => withPosts(known, page.results);

/** After a frame about `space`; the same list when it is about something else. */
export function withPostFrame(posts: RoomPost[], frame: Frame, space: string): RoomPost[] {
  if (frame.space !== space) return posts;
  if (frame.type === "post.added") return withPosts(posts, [(frame.data as { post: RoomPost }).post]);
  if (frame.type === "post.deleted") {
    const { id } = frame.data as { id: string };
    return posts.some((post) => post.id === id) ? posts.filter((post) => post.id !== id) : posts;
  }
  return posts;
}
