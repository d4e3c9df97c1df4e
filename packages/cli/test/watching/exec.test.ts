import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { running } from '../../src/watching/exec.ts'
import { StateFile } from '../../src/watching/state-file.ts'
import { message, messageEvent } from '../support/message.ts'

test('what was done before is on disk when the next command begins', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chat-exec-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const state = new StateFile(join(folder, 'seen'))
  const run = running(
    'exit 0',
    { server: 'http://127.0.0.1:1543', name: 'luis' },
    { state, signal: new AbortController().signal }
  )
  state.note({ general: 'abcdefgh.1' })
  const ended = run(messageEvent('message.created', message(2, 'go on')))
  // Whoever kills it at this very moment finds this.
  expect(readFileSync(state.file, 'utf8')).toBe('{"general":"abcdefgh.1"}\n')
  expect(await ended).toBe(true)
})
