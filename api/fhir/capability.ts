import type { CapabilityStatement } from 'fhir/r4.js';

/** What each resource can be searched by, and the type of each parameter. */
export const searchable = {
  Patient: { identifier: 'token', family: 'string', birthdate: 'date', phone: 'token' },
  Appointment: { date: 'date', patient: 'reference', practitioner: 'reference', status: 'token' },
  Schedule: { actor: 'reference', active: 'token' },
  Slot: { schedule: 'reference', start: 'date', status: 'token' },
  Task: { patient: 'reference', status: 'token', period: 'date' },
} as const;
export type ResourceType = keyof typeof searchable;

export function capabilityStatement(version: string, base: string): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2027-01-01',
    kind: 'instance',
    software: { name: 'Holdfast', version },
    implementation: { description: 'What Holdfast keeps, to read', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        security: { description: 'A bearer key, as for the REST API' },
        resource: (Object.keys(searchable) as ResourceType[]).map((type) => ({
          type,
          interaction: [{ code: 'read' as const }, { code: 'search-type' as const }],
          versioning: 'versioned' as const,
          searchParam: [
            { name: '_id', type: 'token' as const },
            ...Object.entries(searchable[type]).map(([name, kind]) => ({ name, type: kind })),
          ],
        })),
      },
    ],
  };
}
