import type { ComponentChildren } from 'preact'

const Icon = ({ children }: { children: ComponentChildren }) => (
  <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    {children}
  </svg>
)

export const MenuIcon = () => (
  <Icon>
    <path d="M3 5h14M3 10h10M3 15h6" />
  </Icon>
)
export const SearchIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="5.5" />
    <path d="m13.2 13.2 4 4" />
  </Icon>
)
export const PlusIcon = () => (
  <Icon>
    <path d="M10 4v12M4 10h12" />
  </Icon>
)
export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
)
export const DownIcon = () => (
  <Icon>
    <path d="M10 4v11M5 10.5 10 15.5l5-5" />
  </Icon>
)
export const OpenIcon = () => (
  <Icon>
    <path d="m6 8 4 4 4-4" />
  </Icon>
)
export const LockIcon = () => (
  <Icon>
    <rect x="5" y="9" width="10" height="7" rx="1.5" />
    <path d="M7 9V7a3 3 0 0 1 6 0v2" />
  </Icon>
)
export const SendIcon = () => (
  <Icon>
    <path d="M10 16V5M5 9.5 10 4.5l5 5" />
  </Icon>
)
