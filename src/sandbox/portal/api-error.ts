/** A refusal in HubSpot's words; the server turns it into HubSpot's error body (hubspot-api.md 2.3, 2.4). */
export type ErrorDetail = {
  readonly message: string;
  readonly code?: string;
  readonly in?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
};

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly category: string;
  readonly context: Readonly<Record<string, readonly string[]>> | undefined;
  readonly errors: readonly ErrorDetail[];

  constructor(
    status: number,
    category: string,
    message: string,
    details: { context?: Readonly<Record<string, readonly string[]>>; errors?: readonly ErrorDetail[] } = {},
  ) {
    super(message);
    this.status = status;
    this.category = category;
    this.context = details.context;
    this.errors = details.errors ?? [];
  }
}

export function invalid(message: string, details?: ConstructorParameters<typeof ApiError>[3]): ApiError {
  return new ApiError(400, 'VALIDATION_ERROR', message, details);
}

export function notFound(message = 'resource not found'): ApiError {
  return new ApiError(404, 'OBJECT_NOT_FOUND', message);
}
