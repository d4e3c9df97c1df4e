import { expect, test } from 'vitest'
import { NewestPages, type ReadyPage } from '../../src/routes/newest-pages.ts'

const page = (tag: string, { bytes = 10, firstSeq = 1, head = 7 } = {}): ReadyPage => ({
  firstSeq,
  head,
  tag,
  links: '',
  body: Buffer.alloc(bytes)
})

const extent = { firstSeq: 1, head: 7 }

test('a page is read once, and again after it was dropped', async () => {
  const pages = new NewestPages()
  let reads = 0
  const get = () => pages.get(1, extent, async () => page(`${++reads}`))
  expect([(await get()).tag, (await get()).tag]).toEqual(['1', '1'])
  pages.drop(1)
  expect([(await get()).tag, (await get()).tag]).toEqual(['2', '2'])
})

test('a page that was read before the head of its log is read again, and stays once it was read behind it', async () => {
  const pages = new NewestPages()
  let head = 7
  let reads = 0
  const get = async () => (await pages.get(1, { firstSeq: 1, head }, async () => page(`${++reads}`, { head }))).tag
  expect([await get(), await get()]).toEqual(['1', '1'])
  head = 8
  expect([await get(), await get()]).toEqual(['2', '2'])
  head = 7 // a request that found the room a moment before
  expect(await get()).toBe('2')
})

test('a page with what is no longer kept is read again, though nothing was added', async () => {
  const pages = new NewestPages()
  let firstSeq = 1
  let reads = 0
  const get = async () => (await pages.get(1, { firstSeq, head: 7 }, async () => page(`${++reads}`, { firstSeq }))).tag
  expect([await get(), await get()]).toEqual(['1', '1'])
  firstSeq = 5
  expect([await get(), await get()]).toEqual(['2', '2'])
})

test('a page that was dropped while it was read is not kept', async () => {
  const pages = new NewestPages()
  let answer: (page: ReadyPage) => void = () => {}
  const early = pages.get(1, extent, () => new Promise((resolve) => (answer = resolve)))
  pages.drop(1)
  answer(page('old'))
  expect((await early).tag).toBe('old')
  expect((await pages.get(1, extent, async () => page('new'))).tag).toBe('new')
})

test('of two that read at once, the one that began earlier does not replace the other', async () => {
  const pages = new NewestPages()
  const answers: ((page: ReadyPage) => void)[] = []
  const read = () => new Promise<ReadyPage>((resolve) => answers.push(resolve))
  const both = [pages.get(1, extent, read), pages.get(1, extent, read)]
  pages.drop(1)
  answers[1]?.(page('second'))
  answers[0]?.(page('first'))
  await Promise.all(both)
  expect((await pages.get(1, extent, async () => page('third'))).tag).toBe('third')
})

test('pages asked for long ago make room', async () => {
  const pages = new NewestPages()
  const megabytes = 1024 * 1024
  let reads = 0
  const get = (log: number) => pages.get(log, extent, async () => page(`${++reads}`, { bytes: 20 * megabytes }))
  for (const log of [1, 2, 3, 1, 4]) await get(log)
  expect(reads).toBe(4)
  await get(1)
  expect(reads).toBe(4)
  await get(2)
  expect(reads).toBe(5)
})
