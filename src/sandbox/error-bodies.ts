/** HubSpot's error bodies (hubspot-api.md 2.3, 2.4, 10). */
import type { ApiError } from './portal/api-error.ts';

export function errorBody(error: ApiError, correlationId: string): unknown {
  return {
    status: 'error',
    message: error.message,
    correlationId,
    ...(error.context === undefined ? {} : { context: error.context }),
    ...(error.errors.length === 0 ? {} : { errors: error.errors }),
    category: error.category,
  };
}

export function unauthorizedBody(correlationId: string): unknown {
  return {
    status: 'error',
    message:
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    correlationId,
    category: 'INVALID_AUTHENTICATION',
  };
}

export function missingScopesBody(scopes: readonly string[], correlationId: string): unknown {
  return {
    status: 'error',
    message:
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    correlationId,
    errors: [
      {
        message: 'One or more of the following scopes are required.',
        context: { requiredGranularScopes: scopes },
      },
    ],
    category: 'MISSING_SCOPES',
  };
}

/** What stands in front of HubSpot's API answers some failures itself, in HTML. */
export const gatewayPage =
  '<html><head><title>HubSpot</title></head><body><h1>Something went wrong</h1></body></html>';

export function failureBody(status: number, correlationId: string): unknown {
  const message =
    status === 477 ? 'This account is being migrated to another data center.' : 'internal error';
  return {
    status: 'error',
    message,
    correlationId,
    category: status === 477 ? 'MIGRATION_IN_PROGRESS' : 'INTERNAL_ERROR',
  };
}
