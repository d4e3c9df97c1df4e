import { parseArgs } from 'node:util'
import { type Outcome, tryContract } from './try-contract.ts'

const usage = `npm run contract -- URL [--proxy] [--bare] [--quick]

Sends the bytes of every row to the chat at URL and compares what comes back. It registers two users and makes two rooms there.
  --proxy  a reverse proxy is in front: what it answers itself only has to be refused
  --bare   the chat is mounted in an app that was not made with chatServerOptions: likewise
  --quick  leave out what is waited for: requests that are too slow, and refusals by others
`

const line = ({ row, exact, fault }: Outcome): string => {
  const mark = fault !== undefined ? 'FAIL' : exact ? 'ok  ' : 'ok ~'
  return `${mark} ${row.name} (${row.rfc})${fault === undefined ? '' : `\n     ${fault}\n     Why: ${row.why}.`}`
}

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const
  const options = { proxy: flag, bare: flag, quick: flag }
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [address] = positionals
  if (address === undefined || !URL.canParse(address)) {
    process.stderr.write(usage)
    process.exitCode = 2
    return
  }
  const outcomes = await tryContract(address, values, (outcome) => process.stdout.write(`${line(outcome)}\n`))
  const failed = outcomes.filter(({ fault }) => fault !== undefined).length
  const refused = outcomes.filter(({ exact }) => !exact).length
  const note = refused === 0 ? '' : `; of ${refused} (~) only that they are refused`
  process.stdout.write(`${outcomes.length - failed} passed, ${failed} failed${note}\n`)
  process.exitCode = failed === 0 ? 0 : 1
}

await main().catch((error: Error) => {
  process.stderr.write(`contract: ${error.message}\n`)
  process.exitCode = 1
})
