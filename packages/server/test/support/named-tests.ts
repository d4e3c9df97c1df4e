import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const top = fileURLToPath(new URL('../../../..', import.meta.url))

export const documentText = (document: string): string => readFileSync(join(top, document), 'utf8')

/** The tests that a document names, as `file` › “its title”, “another one”: each is there. What a title is made of stands as …. */
export function holdNamedTests(document: string): void {
  const rows = documentText(document).match(/^\|.*\|$/gm) ?? []
  const held = rows.map((row) => row.slice(row.lastIndexOf(' | ')))
  const named = held.flatMap((cell) =>
    [...cell.matchAll(/`([\w./-]+\.ts)` › ((?:“[^”]+”(?:, )?)+)/g)].flatMap(([, file = '', titles = '']) =>
      [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']): [string, string] => [file, title])
    )
  )

  test.each(named)('%s › “%s” is there', (file, title) => {
    expect(existsSync(join(top, file))).toBe(true)
    const source = documentText(file).replaceAll(/\$\{\w+\}/g, '…')
    const words = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    expect(['(', '[', ',', ':'].some((before) => new RegExp(`\\${before}\\s*['"\`]${words}['"\`,]`).test(source))).toBe(true)
  })

  test('every title that is written there was looked for', () => {
    expect(named).toHaveLength(held.join('').split('“').length - 1)
  })
}
