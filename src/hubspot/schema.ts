/** Reads the definitions of company properties and their groups. */
import type { Api } from './api.ts';
import type { ExistingProperty } from './hubspot.ts';
import { parseAnswer } from './shapes/common.ts';
import { propertyGroups, propertyList } from './shapes/property.ts';

export async function readCompanyProperties(api: Api): Promise<ExistingProperty[]> {
  const request = await api.requests.properties.getAll('companies');
  return parseAnswer(propertyList, await api.send('burst', 'read', request));
}

export async function readCompanyPropertyGroups(api: Api): Promise<{ name: string; label: string }[]> {
  const request = await api.requests.propertyGroups.getAll('companies');
  return parseAnswer(propertyGroups, await api.send('burst', 'read', request));
}
