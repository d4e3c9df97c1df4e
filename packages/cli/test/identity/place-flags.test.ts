import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { accessFor } from '../../src/identity/access.ts'
import { type Place, placeFlags } from '../../src/identity/place-flags.ts'
import { Profile } from '../../src/identity/profile.ts'

const here = 'http://127.0.0.1:1543'
const there = 'http://203.0.113.9:1543'
let profile: Profile

beforeEach(() => {
  const path = mkdtempSync(join(tmpdir(), 'chat-place-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  profile = new Profile(path)
  for (const name of ['ana', 'luis']) profile.remember({ server: here, name, token: name })
  profile.remember({ server: there, name: 'marta', token: 'marta' })
  profile.rememberJoin({ server: here, name: 'ana', room: 'ops' })
})

test.each<[Place, NodeJS.ProcessEnv, string[]]>([
  [{ server: here, room: 'ops', name: 'ana' }, {}, []],
  [{ server: here, room: 'general', name: 'luis' }, {}, ['--as', 'luis', '--room', 'general']],
  [{ server: 'http://localhost:1543', room: 'ops', name: 'ana' }, {}, []],
  [{ server: 'http://127.0.0.2:1543', room: 'general', name: 'ana' }, {}, ['--server', 'http://127.0.0.2:1543', '--as', 'ana']],
  [{ server: there, room: 'general', name: 'marta' }, {}, ['--server', there]],
  [{ server: there, room: 'ops', name: 'marta' }, {}, ['--server', there, '--room', 'ops']],
  [{ server: there, room: 'plans', name: 'marta' }, { CHAT_SERVER: there, CHAT_ROOM: 'plans' }, []],
  [{ server: here, room: 'ops', name: 'ana' }, { CHAT_AS: 'luis' }, ['--as', 'ana']],
  [{ server: there, room: 'ops', name: 'ci' }, { CHAT_SERVER: there, CHAT_TOKEN: 'x' }, ['--room', 'ops']]
])('%j is reached with %j by %j', (place, environment, flags) => {
  expect(placeFlags(place, profile, environment)).toEqual(flags)
})

test('with them a command goes there', () => {
  profile.rememberJoin({ server: there, name: 'marta', room: 'plans' })
  const place = { server: here, room: 'ops', name: 'luis' }
  const flags = placeFlags(place, profile, {})
  const value = (flag: string) => (flags.includes(flag) ? flags[flags.indexOf(flag) + 1] : undefined)
  const wishes = { server: value('--server'), as: value('--as'), room: value('--room') }
  expect(accessFor(wishes, profile, {})).toMatchObject({ server: here, room: 'ops', who: { name: 'luis' } })
})
