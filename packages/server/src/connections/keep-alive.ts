/** How long a silent connection is left alone before the kernel asks whether its other end is still there. */
export const tcpKeepAliveMs = 4_000
