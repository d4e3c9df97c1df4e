import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { Tmux, tmuxMissing } from '../support/tmux.ts'
import { Player, stepsOf, withoutChanging } from '../support/transcript.ts'

const document = readFileSync(new URL('../../../../docs/getting-started-team.md', import.meta.url), 'utf8')

/** As long as that of the document, so that sentences break at the same places. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 2_000 + Math.floor(Math.random() * 8_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false
    )
    server.close()
    if (isFree) return port
  }
}

describe.skipIf(tmuxMissing())('docs/getting-started-team.md', () => {
  const tmux = new Tmux()

  test('prints what it says, command by command', async () => {
    const player = new Player(tmux, { written: 8_000, real: await freePort() }, ['correct horse battery', 'staple of the week'])
    const steps = stepsOf(document)
    expect(steps.length).toBeGreaterThan(20)
    for (const step of steps) {
      const printed = await player.play(step)
      expect(printed.map(withoutChanging), `${step.machine}$ ${step.command}`).toEqual(step.rows.map(withoutChanging))
    }
  }, 600_000)
})
