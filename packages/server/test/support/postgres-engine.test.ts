import { expect, onTestFinished, test } from 'vitest'
import { noPostgres, PostgresEngine } from './postgres-engine.ts'

test('the PostgreSQL that tests start keeps what was committed over a crash, and its port', async ({ skip }) => {
  skip(noPostgres !== undefined, noPostgres)
  const engine = await PostgresEngine.start()
  onTestFinished(() => engine.remove())
  const url = await engine.createDatabase()
  await engine.sql(url, 'create table kept(n int); insert into kept values (42)')
  await engine.stop('immediate')
  await engine.start()
  expect(await engine.sql(url, 'select n from kept')).toBe('42')
})
