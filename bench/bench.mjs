#!/usr/bin/env node
// Measures Tertulia beside what else does the same, or could do no less; see README.md. bench.mjs [SCENARIO…] [--repeat N] [--write]
import { cpus, release } from 'node:os'
import { parseArgs } from 'node:util'
import { compare } from './compare.mjs'
import { writePart } from './page-part.mjs'
import { flood } from './scenarios/flood.mjs'
import { frozen } from './scenarios/frozen.mjs'
import { growth } from './scenarios/growth.mjs'
import { history } from './scenarios/history.mjs'
import { idle } from './scenarios/idle.mjs'
import { paced } from './scenarios/paced.mjs'
import { resume } from './scenarios/resume.mjs'
import { sends } from './scenarios/sends.mjs'

const { values, positionals } = parseArgs({
  options: { repeat: { type: 'string', default: '3' }, write: { type: 'boolean', default: false } },
  allowPositionals: true
})

/** @type {import('./compare.mjs').Scenario[]} */
const scenarios = [...sends, ...flood, ...paced, ...idle, ...history, ...resume, ...frozen, ...growth]

const write = (name, text) => writePart('performance.md', name, text)

/** `flood` stands for all whose names begin so, up to a hyphen. */
const isWanted = ({ name }) =>
  positionals.length === 0 || positionals.some((wanted) => name === wanted || name.startsWith(`${wanted}-`))

const unknown = positionals.find((wanted) => !scenarios.some(({ name }) => name === wanted || name.startsWith(`${wanted}-`)))
if (unknown !== undefined) {
  console.error(`There is no scenario “${unknown}”. There are: ${scenarios.map(({ name }) => name).join(', ')}`)
  process.exitCode = 2
} else {
  const [{ model }, { length }] = [cpus()[0], cpus()]
  const machine = `${length} cores, ${model.trim()}, Linux ${release().split('-')[0]}, Node ${process.version}; medians of ${values.repeat}\n`
  console.log(machine)
  if (values.write) write('machine', machine)
  for (const scenario of scenarios.filter(isWanted)) {
    const text = await compare(scenario, Number(values.repeat))
    console.log(text)
    if (values.write) write(scenario.name, text)
  }
}
