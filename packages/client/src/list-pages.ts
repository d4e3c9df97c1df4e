import type { CallOptions, Request } from './request.ts'

/** Which page of a list. */
export interface ListOptions extends CallOptions {
  /** Entries on a page, 1 to 200; else 100. */
  limit?: number | undefined
  /** The page after another one: its `next`. */
  after?: string | undefined
  /** Only those whose name begins so, in any spelling. */
  q?: string | undefined
}

/** A page of a list; `next` is the `after` of the page that follows it, if one does. */
export type ListPage<T> = T & { next?: string }

/** One page of the list at this path. */
export async function listPage<T extends object>(
  request: Request,
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
  call: CallOptions
): Promise<ListPage<T>> {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value))
  const { body, header } = await request<T>('GET', given.size === 0 ? path : `${path}?${given}`, call)
  const next = nextOf(header('link'))
  return next === undefined ? body : { ...body, next }
}

/** Every page, one after the other. */
export async function* everyPage<T extends object>(
  read: (after: string | undefined) => Promise<ListPage<T>>,
  after?: string
): AsyncGenerator<ListPage<T>> {
  for (let from = after, isMore = true; isMore; isMore = from !== undefined) {
    const page = await read(from)
    yield page
    from = page.next
  }
}

/** Where the next page begins, from a Link field (RFC 8288); its path may be another than the one that was asked, behind a proxy. */
function nextOf(link: string | null): string | undefined {
  const [, target] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? '') ?? []
  return target === undefined ? undefined : (new URL(target, 'http://any').searchParams.get('after') ?? undefined)
}
