/** An answer other than success, in Toxiproxy's own words. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const badRequest = (reason: string): ApiError => new ApiError(400, `bad request body: ${reason}`);

export const missingField = (field: string): ApiError => new ApiError(400, `missing required field: ${field}`);
