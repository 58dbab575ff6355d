"""Commands on the SEN2 return and inspection lists."""
