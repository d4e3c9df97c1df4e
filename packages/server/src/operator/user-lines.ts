import type { ListedUser } from './order.ts'

const head = ['NAME', 'KIND', 'STATE', 'SINCE']
const gap = 2

/** A line for each user: columns under a head for eyes, separated by tabs for a program. */
export function userLines(users: readonly ListedUser[], isForEyes: boolean): string {
  const rows = users.map(cells)
  if (!isForEyes) return rows.map((row) => `${row.join('\t')}\n`).join('')
  const all = [head, ...rows]
  const widths = head.slice(0, -1).map((_, at) => Math.max(...all.map((row) => columns(row[at] ?? ''))) + gap)
  const padded = (cell: string, at: number) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - columns(cell)))
  return all.map((row) => `${row.map(padded).join('')}\n`).join('')
}

function cells({ name, kind, admin, disabled, createdAt }: ListedUser): string[] {
  const state = [...(admin ? ['admin'] : []), ...(disabled ? ['disabled'] : [])].join(' ') || '-'
  return [name, kind, state, createdAt.slice(0, 10)]
}

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\uff01-\uff60]/u

/** Of a terminal, for a name: there are only letters, marks, digits and three signs in it. */
const columns = (name: string): number =>
  [...name].reduce((sum, character) => sum + (/\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1), 0)
