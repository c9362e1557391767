/**
 * What a webhook's address and signing secret are sealed for: they open for their destination only.
 * @module
 */

export function urlContext(destinationId: string): string {
  return `alerts/${destinationId}/url`;
}

export function secretContext(destinationId: string): string {
  return `alerts/${destinationId}/signing_secret`;
}
