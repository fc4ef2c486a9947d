//! What people do with the product, one struct a verb.
