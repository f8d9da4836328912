/** Where the load goes. */

/** What the load is aimed at. */
export interface Target {
  url: string
  apiKey: string
}
