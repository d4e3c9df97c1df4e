import type { PresenceNote, PresentMember } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { People } from '../../src/state/people.ts'
import { RoomLog } from '../support/room-log.ts'

const member = (name: string, connected = false): PresentMember => ({ name, kind: 'person', role: 'member', connected })
const note = (connected: string[], disconnected: string[] = []): PresenceNote => ({
  type: 'presence',
  room: 'ops',
  connected,
  disconnected,
  more: false
})
const here = (people: People): string[] => people.members.value.filter(({ connected }) => connected).map(({ name }) => name)

test('who comes and goes is shown, and nobody who is no member', async () => {
  const people = new People()
  await people.load(async () => [member('ana', true), member('luis')])
  people.tell(note(['luis', 'stranger'], ['ana']))
  expect(here(people)).toEqual(['luis'])
  expect(people.members.value).toHaveLength(2)
})

test('what is told while the list is on its way counts, whatever the list says', async () => {
  const people = new People()
  const loading = people.load(async () => {
    await Promise.resolve()
    return [member('ana'), member('luis', true)]
  })
  people.tell(note(['ana'], ['luis']))
  await loading
  expect(here(people)).toEqual(['ana'])
})

test('a list that was asked for before another one is not taken', async () => {
  const people = new People()
  let answer: (members: PresentMember[]) => void = () => {}
  const asked = new Promise<PresentMember[]>((resolve) => {
    answer = resolve
  })
  const slow = people.load(() => asked)
  await people.load(async () => [member('luis', true)])
  answer([member('ana', true)])
  expect(await slow).toBe(false)
  expect(here(people)).toEqual(['luis'])
})

test('who joins is listed by name, and who leaves is not', async () => {
  const log = new RoomLog()
  const people = new People()
  await people.load(async () => [member('luis', true)])
  people.apply(log.join('ana'))
  expect(people.members.value.map(({ name }) => name)).toEqual(['ana', 'luis'])
  const luis = { name: 'luis', kind: 'person', role: 'member' } as const
  people.apply({ seq: 2, type: 'member.left', room: 'ops', at: '', actor: 'luis', member: luis, reason: 'left' })
  expect(people.members.value.map(({ name }) => name)).toEqual(['ana'])
})
