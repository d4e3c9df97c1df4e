import { nameKey } from '@tertulia/protocol/name-key'

/** A name that is a usual word as well would ring all the time. */
const bareCharsMin = 3

/** Whether a text calls somebody of this name, however it is spelled there: `@luis` or, of three letters or more, `luis` as a word of its own. */
export function mentionOf(name: string): (text: string) => boolean {
  const called = nameKey(name).replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
  const at = [...name].length < bareCharsMin ? '@' : '@?'
  const pattern = new RegExp(String.raw`(?<![\p{L}\p{M}\p{N}_.@-])${at}${called}(?![\p{L}\p{M}\p{N}_-]|\.[\p{L}\p{N}])`, 'u')
  return (text) => pattern.test(nameKey(text))
}
