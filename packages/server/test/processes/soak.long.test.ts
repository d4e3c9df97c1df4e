import { expect, test } from 'vitest'
import { soak } from '../../../../soak/src/soak.ts'
import { isLong, length } from '../support/test-length.ts'
import { seedOfThisRun } from './support/random.ts'

const kills = length({ short: 3, long: 30 })
const seed = length({ short: 1, long: seedOfThisRun() })
const limits = { timeout: 20 * 60_000 }

test(`${kills} kills under 8 writers and 12 followers: every acknowledged write once, no gap, one log`, limits, async () => {
  const { happened, ledger, events } = await soak({
    minutes: undefined,
    rounds: kills,
    faults: 'kill',
    seed,
    folder: undefined,
    paceMs: 20
  })
  expect([...happened]).toEqual([['kill -9', kills]])
  expect(events).toBeGreaterThan(0)
  expect(ledger.acknowledged).toBeGreaterThan(kills * 30)
})

test.runIf(isLong)('the same among full disks, failing ones, frozen servers, stops, backups and checks', limits, async () => {
  const rounds = 30
  const report = await soak({ minutes: undefined, rounds, faults: 'all', seed, folder: undefined, paceMs: 50 })
  for (const why of report.missing) console.log(`soak: left out: ${why}`)
  expect(report.rounds).toBe(rounds)
})
