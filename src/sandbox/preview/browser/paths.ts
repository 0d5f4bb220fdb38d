/** HubSpot's own addresses, so that a link copied from a real account has the same shape. */
export const companiesPath = (portalId: string): string => `/contacts/${portalId}/objects/0-2/views/all/list`;
export const recordPath = (portalId: string, id: string): string => `/contacts/${portalId}/record/0-2/${id}`;
