import { expect, test } from 'vitest'
import { inEachRoom } from '../../src/services/in-each-room.ts'

test('others have a turn while many rooms are asked', async () => {
  const rooms = Array.from({ length: 20 }, (_, n) => ({ room: `r${n}` }))
  const busy = async ({ room }: { room: string }) => {
    for (const until = performance.now() + 1; performance.now() < until; );
    return room
  }
  let turns = 0
  const counting = setInterval(() => turns++, 0)
  expect(await inEachRoom(rooms, busy)).toEqual(rooms.map(({ room }) => room))
  clearInterval(counting)
  expect(turns).toBeGreaterThan(0)
})
