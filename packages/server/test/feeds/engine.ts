import { Feeds } from '../../src/feeds/feeds.ts'
import { Turns } from '../../src/feeds/turns.ts'
import { pageEncoder, streamEncoders } from '../../src/streams/encoders.ts'
import { Stream } from '../../src/streams/stream.ts'
import { Waiter } from '../../src/streams/waiter.ts'

/** What carries events from a store to readers. */
export const engine = { Feeds, Turns, Stream, Waiter, streamEncoders, pageEncoder }
export type Engine = typeof engine
