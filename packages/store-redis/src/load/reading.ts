/** What taking stock of a store goes by. */
import type { Items } from '@opscore/engine/moving'
import type { PartitionKeys } from '../link/keys.ts'
import type { Link } from '../link/link.ts'
import type { Pages } from './pages.ts'

export interface Reading {
  link: Link
  pages: Pages
  items: Items
}

export interface Place {
  home: number
  keys: PartitionKeys
}
