import type { Bus } from './buses/bus.ts'
import { LocalBus } from './buses/local.ts'

/**
 * One process needs no network to hear itself.
 * @param isShared  the store may have other servers, of which this one hears only by looking
 */
export const openBus = ({ isShared = false }: { isShared?: boolean } = {}): Bus => new LocalBus(isShared)
