/** The rooms of the page, by their names in English. */
export const ROOMS = [
  { path: '/', name: 'Market' },
  { path: '/account', name: 'My account' },
  { path: '/rewards', name: 'Rewards' },
  { path: '/operator', name: 'Operator' },
  { path: '/explorer', name: 'Explorer' },
  { path: '/lab', name: 'Lab' },
] as const
