import { isatty } from 'node:tty'
import { readOptions, type SoakOptions, usage } from './options.ts'
import { type Progress, type Report, soak } from './soak.ts'

const figure = (value: number, unit = ''): string => `${Math.round(value).toLocaleString('en')}${unit}`

function lineOf({ step, round, world, figures }: Progress, { rounds }: SoakOptions, seconds: number): string {
  const { ledger } = world
  const time = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
  const rss = figures.newest ? `, ${figure(figures.newest.rssMb)} MB, ${figures.newest.descriptors} descriptors` : ''
  const of = rounds === undefined ? '' : `/${rounds}`
  return `${time} round ${round}${of}, ${figure(ledger.acknowledged)} writes, ${figure(ledger.unknown)} unknown${rss}: ${step}`
}

function* linesOf(
  { ledger, events, unended, rounds, happened, figures, missing }: Report,
  { minutes }: SoakOptions
): Generator<string> {
  const refused = [...ledger.refused].sort(([, a], [, b]) => b - a).map(([code, count]) => `${code} ${figure(count)}`)
  yield `${figure(ledger.acknowledged)} writes acknowledged, ${figure(ledger.unknown)} unknown; refused: ${refused.join(', ') || 'none'}`
  yield `${figure(rounds)} troubles: ${[...happened].map(([name, count]) => `${name} ${count}`).join(', ') || 'none'}`
  if (unended > 0) yield `note: ${unended} streams of the client package did not end 15 s after they were told to`
  for (const why of missing) yield `left out: ${why}`
  if (minutes !== undefined && minutes >= 2) {
    for (const what of ['rssMb', 'heapMb', 'descriptors'] as const) {
      const [middle, end] = [figures.aroundMinute(minutes / 2, what), figures.aroundMinute(minutes - 0.5, what)]
      const change = `${end < middle ? '' : '+'}${((end / middle - 1) * 100).toFixed(1)} %`
      yield `${what}: ${middle.toFixed(1)} in minute ${minutes / 2}, ${end.toFixed(1)} in the last one (${change})`
    }
  }
  yield `${figure(events)} events in order: nothing acknowledged lost, nothing doubled, no gap; every reader saw the same log`
}

async function main(): Promise<void> {
  let options: SoakOptions
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`soak: ${(error as Error).message}\n\n${usage}`)
    process.exitCode = 2
    return
  }
  const isTerminal = isatty(2)
  const beganMs = performance.now()
  process.stdout.write(`seed ${options.seed}\n`)
  let told = 0
  const report = await soak(options, (progress) => {
    const seconds = (performance.now() - beganMs) / 1_000
    const line = lineOf(progress, options, seconds)
    if (isTerminal) process.stderr.write(`\r${line}\u001b[K`)
    else if (Math.floor(seconds / 60) > told) {
      told = Math.floor(seconds / 60)
      process.stderr.write(`${line}\n`)
    }
  }).finally(() => isTerminal && process.stderr.write('\r\u001b[K'))
  for (const line of linesOf(report, options)) process.stdout.write(`${line}\n`)
  process.exit() // of connections that are kept nothing more is wanted
}

await main().catch((error: Error) => {
  process.stderr.write(`soak: ${error.message}\n`)
  process.exit(1)
})
