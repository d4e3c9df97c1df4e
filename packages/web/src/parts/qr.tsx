import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** An address for the camera of a phone. */
export function Qr({ address, label }: { address: string; label: string }) {
  const drawn = useSignal<{ size: number; path: string } | undefined>(undefined)
  useEffect(() => {
    let isWanted = true
    // Loaded by those who need it.
    void import('uqr').then(({ encode }) => {
      const { size, data } = encode(address, { border: 2 })
      const path = data.flatMap((line, y) => line.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
      if (isWanted) drawn.value = { size, path }
    })
    return () => {
      isWanted = false
    }
  }, [address])
  const { size, path } = drawn.value ?? { size: 37, path: '' }
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path d={path} />
    </svg>
  )
}
