import { findNameFault } from '@tertulia/protocol'
import { Breather } from '../feeds/breather.ts'

/** Why a name cannot be one, as `nameFault` says it; others have a turn while that is found out. */
export async function faultOfName(name: string): Promise<string | undefined> {
  const breather = new Breather()
  const finding = findNameFault(name)
  for (;;) {
    const { done, value } = finding.next()
    if (done) return value
    if (breather.isDue) await breather.rest()
  }
}
