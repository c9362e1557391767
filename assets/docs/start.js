// Shows the API's description on the page `/docs`.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: false,
  // The validator would send the description to a server of Swagger's.
  validatorUrl: null,
});
