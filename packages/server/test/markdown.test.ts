import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const top = fileURLToPath(new URL('../../..', import.meta.url))
const texts = execFileSync('git', ['ls-files', '*.md'], { cwd: top, encoding: 'utf8' }).trim().split('\n')
const columnsMax = 100

/** The lines of prose, with their numbers: no code, no tables, and no word that is too long by itself. */
function prose(text: string): [number: number, line: string][] {
  let inCode = false
  return text.split('\n').flatMap((line, index): [number, string][] => {
    if (/^\s*```/.test(line)) inCode = !inCode
    return inCode || /^\s*(```|\|)/.test(line) || !line.trim().includes(' ') ? [] : [[index + 1, line]]
  })
}

test.each(texts.filter((text) => text !== 'CHANGELOG.md'))('the prose of %s wraps at 100 columns', (text) => {
  const lines = prose(readFileSync(resolve(top, text), 'utf8'))
  const long = lines.filter(([, line]) => line.length > columnsMax)
  expect(long.map(([number]) => `${text}:${number}`)).toEqual([])
})
