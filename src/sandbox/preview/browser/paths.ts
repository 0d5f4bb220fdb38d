/** HubSpot's own addresses, so that a link copied from a real account has the same shape. */
export const companiesPath = (portalId: string): string => `/contacts/${portalId}/objects/0-2/views/all/list`;
export const recordPath = (portalId: string, id: string): string => `/contacts/${portalId}/record/0-2/${id}`;
export const homePath = (portalId: string, appId: string): string => `/app/${portalId}/${appId}`;
export const settingsPath = (portalId: string, appId: string): string =>
  `/connected-apps/${portalId}/installed/${appId}/settings`;
/** HubSpot has no page of an app's actions: they are in the editor of each workflow. */
export const actionsPath = (portalId: string): string => `/workflows/${portalId}/actions`;

/** HubSpot's own site, as an extension links to it. */
const hubSpotSite = /^https:\/\/app(-[a-z0-9]+)?\.hubspot\.com(?=\/)/;

/** The preview's page behind a link into HubSpot; null for other sites. */
export function insidePath(address: string): string | null {
  return hubSpotSite.test(address) ? address.replace(hubSpotSite, '') : null;
}
