"""The DfE's own measure of annual reviews, beside the count by law and other authorities."""
