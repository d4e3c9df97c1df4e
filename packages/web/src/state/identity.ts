import { keep, kept } from '../browser/kept.ts'
import type { Identity } from '../hub/messages.ts'

/** Where the chat is: the page is at the root of its paths. */
export const serverOf = (documentUrl: string): string => new URL('.', documentUrl).href.replace(/\/$/, '')

/** Two chats under different paths of one site share its storage. */
export const identityKey = (server: string): string => `tertulia ${server} identity`

export function loadIdentity(server: string): Identity | undefined {
  try {
    const found: unknown = JSON.parse(kept(identityKey(server)) ?? 'null')
    return isIdentity(found) ? { ...found, server } : undefined
  } catch {
    return undefined
  }
}

export function saveIdentity({ server, token, name }: Identity): void {
  keep(identityKey(server), JSON.stringify({ token, name }))
}

/** Only this one: another tab may have signed in as somebody else meanwhile, and their token is nowhere but here. */
export function forgetIdentity({ server, token }: Identity): void {
  if (loadIdentity(server)?.token === token) keep(identityKey(server), null)
}

const isIdentity = (value: unknown): value is { token: string; name: string } =>
  typeof value === 'object' &&
  value !== null &&
  'token' in value &&
  typeof value.token === 'string' &&
  'name' in value &&
  typeof value.name === 'string'
