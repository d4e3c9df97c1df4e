import { linkedQuery } from './link-field.ts'
import type { Call, CallOptions, Request } from './request.ts'

/** Which page of a list. */
export interface ListOptions extends CallOptions {
  /** Entries on a page, 1 to 200; else 100. */
  limit?: number | undefined
  /** The page after another one: its `next`. */
  after?: string | undefined
  /** Only those whose name begins so, in any spelling. */
  q?: string | undefined
}

/** A page of a list; `next` is the `after` of the page that follows it, undefined if none does. */
export type ListPage<T> = T & { next: string | undefined }

/** One page of the list at this path. */
export async function listPage<T extends object>(
  request: Request,
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
  call: Call<T>
): Promise<ListPage<T>> {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value))
  const { body, header } = await request('GET', given.size === 0 ? path : `${path}?${given}`, call)
  return { ...body, next: linkedQuery(header('link'), 'next')?.get('after') ?? undefined }
}

/** Every page, one after the other. */
export async function* everyPage<T extends object>(
  read: (after: string | undefined) => Promise<ListPage<T>>,
  after?: string
): AsyncGenerator<ListPage<T>> {
  const begun = new Set([after])
  for (let from = after, isMore = true; isMore; ) {
    const page = await read(from)
    yield page
    // What answers with pages that have been read already, whatever it is asked for, would be asked for ever.
    isMore = page.next !== undefined && !begun.has(page.next)
    from = page.next
    begun.add(from)
  }
}
