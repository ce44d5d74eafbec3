/**
 * Actors that are not people.
 * @module
 */
/** The platform acting by itself: schedules, listeners, services. Its id is the nil UUID. */
export const systemActor = {
  id: '00000000-0000-0000-0000-000000000000',
  kind: 'system',
  name: 'system',
  organisationId: '00000000-0000-0000-0000-000000000000',
  locale: 'zh-CN',
} as const;
