import type { Message } from '@tertulia/protocol'
import { mentionOf } from './mentions.ts'

/** How messages look to whoever reads them. */
export interface Look {
  /** To be heard rather than seen: `ana, 09:01: text (2)`. */
  plain: boolean
  /** How many the terminal has, for names. */
  colours: 0 | 16 | 256
  /** Our name, where we are called by it. */
  me?: string | undefined
  /** Whether a text calls us. */
  mentions(text: string): boolean
}

/** Neither colours nor anything bold. */
export const bare: Look = { plain: false, colours: 0, mentions: () => false }

/** Somebody has said that nothing may be drawn. */
export function wantsPlain({ TERM, CHAT_PLAIN, ACCESSIBLE }: NodeJS.ProcessEnv): boolean {
  return TERM === 'dumb' || isOn(CHAT_PLAIN) || isOn(ACCESSIBLE)
}

/** What suits a stream. NO_COLOR and its relatives are Node's to read. */
export function lookOf(stream: NodeJS.WriteStream, { plain, me }: { plain: boolean; me?: string | undefined }): Look {
  if (!stream.isTTY) return { ...bare, plain }
  const mentions = me === undefined ? bare.mentions : mentionOf(me)
  if (plain) return { ...bare, plain, me, mentions }
  return { plain, colours: stream.hasColors(256) ? 256 : stream.hasColors() ? 16 : 0, me, mentions }
}

/** It is said to us by somebody else. */
export const callsUs = ({ me, mentions }: Look, { author, text }: Message): boolean =>
  author.name !== me && text !== null && mentions(text)

const isOn = (value: string | undefined): boolean => value !== undefined && !['', '0', 'false'].includes(value.toLowerCase())
