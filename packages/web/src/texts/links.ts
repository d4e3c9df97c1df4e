import { nameKey } from '@tertulia/protocol/name-key'
import { type Code, piecesOf } from './code.ts'

/** A part of a text: as it is, an address that can be opened, somebody who is spoken to, or code. */
export type Part = { text: string } | { href: string; text: string } | { mention: string } | Code

const address = /\bhttps?:\/\/(?!\/)[^\s<>"'`\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/giu
/** What ends a sentence rather than an address. */
const trailing = /[.,;:!?…»”’)\]}]$/u
const pairs: Record<string, string> = { ')': '(', ']': '[', '}': '{' }
const mention = /(?<![\p{L}\p{M}\p{N}._-])@([\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,31})/gu

/** The addresses and names in a text, and what in it is code, where nothing is either. */
export const partsOf = (text: string): Part[] =>
  piecesOf(text).flatMap((piece) => (typeof piece === 'string' ? linksIn(piece) : piece))

/** Only http and https count, and only what the browser itself takes for such an address: what it would open is what is shown. */
function linksIn(text: string): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const { 0: found, index } of text.matchAll(address)) {
    const written = withoutTail(found)
    const url = URL.canParse(written) ? new URL(written) : undefined
    if (!url || url.hostname === '' || !/^https?:$/.test(url.protocol)) continue
    parts.push(...mentionsIn(text.slice(at, index)), { href: url.href, text: written })
    at = index + written.length
  }
  parts.push(...mentionsIn(text.slice(at)))
  return parts
}

/** A bracket belongs to the address if it was opened in it. */
function withoutTail(found: string): string {
  let kept = found
  while (trailing.test(kept)) {
    const last = kept.charAt(kept.length - 1)
    const opener = pairs[last]
    const rest = kept.slice(0, -1)
    if (opener !== undefined && rest.split(opener).length > rest.split(last).length) break
    kept = rest
  }
  return kept
}

function mentionsIn(text: string): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const { 0: written, 1: name = '', index } of text.matchAll(mention)) {
    const called = name.replace(/[._-]+$/, '')
    if (index > at) parts.push({ text: text.slice(at, index) })
    parts.push({ mention: called })
    at = index + written.length - (name.length - called.length)
  }
  if (at < text.length) parts.push({ text: text.slice(at) })
  return parts
}

/** Whether a text speaks to somebody, whatever the case of the letters. */
export function speaksTo(text: string, name: string): boolean {
  const wanted = nameKey(name)
  return partsOf(text).some((part) => 'mention' in part && nameKey(part.mention) === wanted)
}
