import { setTimeout as pause } from 'node:timers/promises'
import { median } from './figures.mjs'

/**
 * What is measured: by `measure`, of one running server at a time. The figures of the first server are compared with those of the
 * others; `goals` says how.
 * @typedef {{ name: string, title: string, servers: Record<string, () => Promise<import('./peers/running.mjs').Running>>,
 *   goals: Goal[], measure: (server: object) => Promise<Record<string, number>> }} Scenario
 * @typedef {{ figure: string, of: string, atLeast?: number, atMost?: number }} Goal
 */

/** Some runs, in which the servers take turns, so that a noisy minute falls on all of them; the medians. */
async function medians({ servers, measure }, repeat) {
  const runs = new Map(Object.keys(servers).map((name) => [name, []]))
  for (let n = 0; n < repeat; n++) {
    for (const [name, results] of runs) {
      let server
      try {
        server = await servers[name]()
        await pause(300)
        results.push(await measure(server))
      } catch (error) {
        console.error(`${name} is left out: ${error.message}`)
        runs.delete(name)
      }
      await server?.end()
    }
  }
  const rows = {}
  for (const [name, results] of runs) {
    rows[name] = {}
    for (const figure of Object.keys(results[0])) rows[name][figure] = median(results.map((result) => result[figure]))
  }
  return rows
}

export const shown = (value) => {
  if (value === undefined) return ''
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en')
  return `${Number(value.toPrecision(3))}`
}

export const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function goalRow({ figure, of, atLeast, atMost }, first, rows) {
  const ratio = rows[first][figure] / rows[of]?.[figure]
  const isMet = atLeast === undefined ? ratio <= atMost : ratio >= atLeast
  const goal = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`
  return [`${figure}, ${first} ÷ ${of}`, goal, Number.isNaN(ratio) ? 'not measured' : shown(ratio), isMet ? 'met' : 'missed']
}

/** Measures a scenario, and gives what came of it in Markdown. */
export async function compare(scenario, repeat) {
  const rows = await medians(scenario, repeat)
  const names = Object.keys(rows)
  if (names.length === 0) return `### ${scenario.title}\n\nNothing could be measured.\n`
  const figures = Object.keys(rows[names[0]])
  const [first] = names
  const main = table(
    ['', ...figures],
    names.map((name) => [name, ...figures.map((figure) => shown(rows[name][figure]))])
  )
  const goals = scenario.goals.map((goal) => goalRow(goal, first, rows))
  const met = goals.length === 0 ? '' : `\n${table(['Ratio', 'Goal', 'Now', ''], goals)}\n`
  return `### ${scenario.title}\n\n${main}\n${met}`
}
