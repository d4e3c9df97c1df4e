import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Puts a text in its place on a page of `docs`: between the two comments that name it. */
export function writePart(page, name, text) {
  const file = fileURLToPath(new URL(`../docs/${page}`, import.meta.url))
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const whole = readFileSync(file, 'utf8')
  if (!whole.includes(begin)) throw new Error(`docs/${page} has no place for “${name}”`)
  writeFileSync(file, whole.slice(0, whole.indexOf(begin)) + begin + text + whole.slice(whole.indexOf(end)))
}
